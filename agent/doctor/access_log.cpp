// SPDX-License-Identifier: ISC
#include "agent/doctor/access_log.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "agent/base/doctor_limits.h"
#include "agent/protocol/numeric_address.h"

namespace agent {

namespace {

constexpr std::string_view in_query = "genkey-agent=";
constexpr std::string_view in_user_agent = "genkey-agent-doctor/";
constexpr std::string_view fact_prefix = "probe.";
constexpr std::size_t nonce_digits = 32;

bool is_nonce(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == nonce_digits && std::ranges::all_of(text, is_digit);
}

// Empty when there is none behind any of the marks.
std::string_view nonce_behind(std::string_view mark, std::string_view line) {
  for (auto at = line.find(mark); at != std::string_view::npos; at = line.find(mark, at + 1)) {
    const std::string_view nonce = line.substr(at + mark.size(), nonce_digits);
    if (is_nonce(nonce)) return nonce;
  }
  return {};
}

std::string_view nonce_of(std::string_view line) {
  const std::string_view nonce = nonce_behind(in_query, line);
  return nonce.empty() ? nonce_behind(in_user_agent, line) : nonce;
}

// The words of a line, parted by what the usual patterns put around a field.
template <class Take>
void each_word(std::string_view line, Take take) {
  constexpr std::string_view between = " \t\",[]()=;";
  while (!line.empty()) {
    const std::string_view word = line.substr(0, line.find_first_of(between));
    if (!word.empty()) take(word);
    line.remove_prefix(std::min(line.size(), word.size() + 1));
  }
}

void add(ProbeLines& probe, std::string_view address) {
  constexpr std::size_t longest = 45;  // an IPv6 address with an IPv4 address at its end
  if (probe.addresses.size() >= limits::probe_addresses || address.size() > longest) return;
  const auto known = canonical_ip(address);
  if (known && std::ranges::find(probe.addresses, *known) == probe.addresses.end()) probe.addresses.push_back(*known);
}

// A number of lines that a log of limits::access_log bytes can have.
std::optional<std::size_t> count_of(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count > limits::access_log) return std::nullopt;
  return count;
}

std::optional<ProbeLines> lines_of(std::string_view value) {
  const std::string_view number = value.substr(0, value.find(' '));
  const auto count = count_of(number);
  if (!count) return std::nullopt;
  ProbeLines probe{.lines = *count};
  each_word(value.substr(number.size()), [&](std::string_view word) { add(probe, word); });
  return probe;
}

}  // namespace

Probes probes_in(std::string_view log) {
  Probes probes;
  // From the end, so that the newest are known first and a flood of older nonces takes no memory.
  while (!log.empty()) {
    const auto end = log.find_last_of('\n');
    const std::string_view line = end == std::string_view::npos ? log : log.substr(end + 1);
    log = end == std::string_view::npos ? std::string_view() : log.substr(0, end);
    const std::string_view nonce = nonce_of(line);
    if (nonce.empty()) continue;
    auto found = probes.find(nonce);
    if (found == probes.end() && probes.size() == limits::probes) continue;
    if (found == probes.end()) found = probes.emplace(nonce, ProbeLines{}).first;
    ++found->second.lines;
    each_word(line, [&](std::string_view word) { add(found->second, word); });
  }
  for (auto& [nonce, probe] : probes) std::ranges::sort(probe.addresses);
  return probes;
}

Facts facts_of(const Probes& probes) {
  Facts facts;
  for (const auto& [nonce, probe] : probes) {
    std::string value = std::to_string(probe.lines);
    for (const std::string& address : probe.addresses) value.append(" ").append(address);
    facts.emplace(std::string(fact_prefix).append(nonce), std::move(value));
  }
  return facts;
}

Probes probes_of(const Facts& facts) {
  Probes probes;
  for (auto fact = facts.lower_bound(fact_prefix); fact != facts.end() && fact->first.starts_with(fact_prefix);
       ++fact) {
    const std::string_view nonce = std::string_view(fact->first).substr(fact_prefix.size());
    auto probe = is_nonce(nonce) ? lines_of(fact->second) : std::nullopt;
    if (probe) probes.emplace(nonce, *std::move(probe));
  }
  return probes;
}

}  // namespace agent
