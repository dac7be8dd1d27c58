// SPDX-License-Identifier: ISC
// facts.json: what was collected is what is read, and nothing else is.
#include "agent/fleet/facts_file.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"

using agent::CollectedFacts;
using agent::decode_collected_facts;
using agent::MomentOfFacts;
using std::chrono::milliseconds;

TEST_CASE("collected facts are read as they were written") {
  const CollectedFacts collected{MomentOfFacts(milliseconds(1'796'000'000'123)),
                                 {{"om.version", "8.0.15"}, {"om.running", ""}}};
  const auto read = decode_collected_facts(encode(collected));
  REQUIRE(read);
  CHECK(*read == collected);
}

TEST_CASE("the fullest facts fit into the file's limit") {
  CollectedFacts collected;
  for (std::size_t at = 0; at < 32; ++at) {
    const std::string name = "n" + std::to_string(100 + at);
    // Each of these characters takes two in JSON.
    collected.facts.emplace(name, std::string(1010, '"'));
  }
  REQUIRE(agent::are_valid(collected.facts));
  CHECK(encode(collected).size() > agent::limits::facts_size);
  CHECK(encode(collected).size() <= agent::limits::facts_file);
}

TEST_CASE("what is not a file of facts is refused") {
  for (const char* text : {"", "{}", "[]", "null", R"({"schema":"genkey-agent/facts/2","collected":1,"facts":{}})",
                           R"({"schema":"genkey-agent/facts/1","facts":{}})",
                           R"({"schema":"genkey-agent/facts/1","collected":-1,"facts":{}})",
                           R"({"schema":"genkey-agent/facts/1","collected":253402300800000,"facts":{}})",
                           R"({"schema":"genkey-agent/facts/1","collected":"1","facts":{}})",
                           R"({"schema":"genkey-agent/facts/1","collected":1,"facts":[]})",
                           R"({"schema":"genkey-agent/facts/1","collected":1,"facts":{"a":1}})",
                           R"({"schema":"genkey-agent/facts/1","collected":1,"facts":{"a-b":""}})",
                           R"({"schema":"genkey-agent/facts/1","collected":1,"facts":{"a":"\u001b"}})",
                           R"({"schema":"genkey-agent/facts/1","collected":18446744073709551615,"facts":{}})"})
    CHECK_FALSE(decode_collected_facts(text));
}
