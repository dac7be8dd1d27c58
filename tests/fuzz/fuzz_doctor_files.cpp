// SPDX-License-Identifier: ISC
// What doctor reads of Ops Manager's files: any account of that product may have written them.
#include <algorithm>
#include <string>

#include "agent/doctor/database_uri.h"
#include "agent/doctor/setting_facts.h"
#include "platform/ops_manager/agent_configuration.h"
#include "platform/ops_manager/listed_settings.h"
#include "platform/ops_manager/start_log.h"
#include "tests/fuzz/fuzz.h"

namespace {

bool is_printable(std::string_view text) {
  return text.size() <= platform::longest_setting &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

void read_settings(std::string_view text) {
  const auto settings = platform::parse_listed_settings(text);
  if (!settings) return tests::require(settings.error().kind == platform::ErrorKind::configuration);
  for (const auto& [name, value] : settings->values) {
    tests::require(is_printable(name) && is_printable(value) && !value.empty());
    tests::require(!settings->withheld.contains(name));
    const auto url = agent::url_fact_of(value);
    tests::require(!url || agent::read_url_fact(*url));
  }
}

void read_uri(std::string_view text) {
  const auto uri = agent::read_database_uri(text);
  for (const auto& [name, value] : agent::uri_facts(uri, {}))
    tests::require(is_printable(name + value) || value.size() > 900);
  // Nothing of a user part comes out.
  const auto* known = std::get_if<agent::DatabaseUri>(&uri);
  tests::require(known == nullptr || known->has_user == (text.find('@') != std::string_view::npos));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tests::text_of(data, size);
  read_settings(text);
  read_uri(text);
  read_uri("mongodb://" + std::string(text));
  const auto url = platform::base_url_in(text);
  tests::require(!url || is_printable(*url));
  const auto troubles = platform::scan_start_log(text);
  const auto again = platform::scan_start_log(std::string(text) + "\nSuccessfully finished pre-flight checks\n");
  tests::require(again.refused != platform::LogTrouble::after);
  tests::require((again.refused == platform::LogTrouble::none) == (troubles.refused == platform::LogTrouble::none));
  return 0;
}
