// SPDX-License-Identifier: ISC
#include "agent/doctor/facilities.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "agent/protocol/numeric_address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

// How well a pattern fits, larger for a more exact one.
constexpr std::size_t fits_name = 4000;
constexpr std::size_t fits_address = 3000;
constexpr std::size_t fits_domain = 1000;  // and its length, which is below 1024
constexpr std::size_t fits_network = 1;    // and its bits

// The dot at the end of a complete name means nothing here.
std::string plain(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return platform::lower(name);
}

bool has_name(const MachineNames& machine, std::string_view name) {
  return std::ranges::any_of(machine.names, [&](const std::string& one) { return plain(one) == plain(name); });
}

bool is_in_domain(const MachineNames& machine, std::string_view domain) {
  const std::string end = "." + plain(domain);
  return std::ranges::any_of(machine.names, [&](const std::string& one) { return plain(one).ends_with(end); });
}

std::size_t bits_of(std::string_view network) {
  std::size_t bits = 0;
  const std::string_view text = network.substr(network.find('/') + 1);
  std::from_chars(text.data(), text.data() + text.size(), bits);
  return bits;
}

// 0: not at all.
std::size_t fit_of(std::string_view pattern, const MachineNames& machine) {
  if (pattern.starts_with("*.")) {
    const std::string_view domain = pattern.substr(2);
    return is_in_domain(machine, domain) ? fits_domain + domain.size() : 0;
  }
  const auto has = [&](auto is_it) { return std::ranges::any_of(machine.addresses, is_it); };
  if (pattern.find('/') != std::string_view::npos) {
    const auto is_in = [&](const std::string& one) { return is_in_network(one, pattern); };
    return has(is_in) || std::ranges::any_of(machine.names, is_in) ? fits_network + bits_of(pattern) : 0;
  }
  if (has_name(machine, pattern)) return fits_name;
  const auto address = canonical_ip(pattern);
  return address && has([&](const std::string& one) { return canonical_ip(one) == address; }) ? fits_address : 0;
}

}  // namespace

std::optional<std::string> facility_by_pattern(const std::vector<Facility>& facilities, const MachineNames& machine) {
  std::optional<std::string> best;
  std::size_t best_fit = 0;
  for (const Facility& facility : facilities) {
    for (const std::string& pattern : facility.patterns) {
      const std::size_t fit = fit_of(pattern, machine);
      if (fit <= best_fit) continue;
      best_fit = fit;
      best = facility.name;
    }
  }
  return best;
}

std::optional<std::string> facility_by_tag(const std::map<std::string, std::string>& tags) {
  constexpr auto known = std::to_array<std::string_view>({"dc", "datacenter", "facility", "region", "zone"});
  for (const std::string_view name : known) {
    const auto tag = std::ranges::find_if(tags, [&](const auto& each) {
      return platform::is_same_without_case(each.first, name) && !each.second.empty();
    });
    if (tag != tags.end()) return tag->second;
  }
  return std::nullopt;
}

}  // namespace agent
