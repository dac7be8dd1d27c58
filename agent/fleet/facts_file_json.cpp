// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/fleet/facts_file.h"

namespace agent {

namespace {

constexpr std::string_view schema = "genkey-agent/facts/1";
// The last second of the year 9999, in milliseconds.
constexpr std::int64_t last_moment = 253'402'300'799'999;

}  // namespace

std::string encode(const CollectedFacts& collected) {
  const nlohmann::json object = {
      {"schema", schema}, {"collected", collected.when.time_since_epoch().count()}, {"facts", collected.facts}};
  return object.dump(1) + "\n";
}

platform::Result<CollectedFacts> decode_collected_facts(std::string_view text) {
  const auto wrong = [] {
    return platform::fail(platform::ErrorKind::configuration, "this is not a file of " + std::string(schema));
  };
  const auto object = nlohmann::json::parse(text, nullptr, false);
  const bool known = object.is_object() && object.contains("schema") && object["schema"] == schema &&
                     object.contains("collected") && object["collected"].is_number_integer() &&
                     object.contains("facts") && object["facts"].is_object();
  if (!known) return wrong();
  const auto when = object["collected"].get<std::int64_t>();
  if (when < 0 || when > last_moment) return wrong();
  CollectedFacts collected{.when = MomentOfFacts(std::chrono::milliseconds(when)), .facts = {}};
  for (const auto& [name, value] : object["facts"].items()) {
    if (!value.is_string()) return wrong();
    collected.facts.emplace(name, value.get<std::string>());
  }
  if (!are_valid(collected.facts)) return wrong();
  return collected;
}

}  // namespace agent
