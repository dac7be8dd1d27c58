// SPDX-License-Identifier: ISC
#include "agent/doctor/own_facts.h"

#include <algorithm>

#include "agent/doctor/setting_facts.h"
#include "platform/ops_manager/listed_settings.h"

namespace agent {

namespace {

using platform::ListedSettings;

constexpr std::size_t longest_value = 1024;

// A value that cannot be reported is unknown. Cut short it would be wrong.
void add(Facts& facts, std::string_view name, std::string value) {
  const bool fits =
      value.size() <= longest_value && std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  if (fits) facts.insert_or_assign(std::string(name), std::move(value));
}

// Empty when the file does not set it; nothing when it is set to what is not shown.
std::optional<std::string> value_of(const ListedSettings& settings, std::string_view name) {
  if (settings.withheld.contains(name)) return std::nullopt;
  const auto found = settings.values.find(name);
  return found == settings.values.end() ? "" : found->second;
}

void add_settings(Facts& facts, const ListedSettings& settings) {
  if (const auto url = value_of(settings, "mms.centralUrl")) add(facts, "central_url", central_url_fact(*url));
  if (const auto header = value_of(settings, "mms.remoteIp.header"))
    add(facts, "remote_ip_header", header_fact(*header));
}

}  // namespace

platform::Result<Facts> own_facts(const Host& host) {
  Facts facts;
  if (const auto file = platform::properties_file(host.installation)) {
    const auto settings = platform::read_listed_settings(*file);
    if (settings && *settings) add_settings(facts, **settings);
  }
  return facts;
}

}  // namespace agent
