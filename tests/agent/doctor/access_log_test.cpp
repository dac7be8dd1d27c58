// SPDX-License-Identifier: ISC
#include "agent/doctor/access_log.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"

namespace agent {

namespace {

const std::string one(32, 'a');
const std::string two(32, 'b');

// As logback's pattern `common`.
std::string common(const std::string& address, const std::string& nonce) {
  return address + " - - [29/Nov/2026:20:53:54 +0000] \"GET /monitor/health?genkey-agent=" + nonce +
         " HTTP/1.1\" 200 5\n";
}

// As a pattern without the query, which has the agent's name.
std::string combined(const std::string& address, const std::string& nonce) {
  return address + " - - [29/Nov/2026:20:53:54 +0000] \"GET /monitor/health HTTP/1.1\" 200 5 \"-\" " +
         "\"genkey-agent-doctor/" + nonce + "\"\n";
}

std::string digits(std::size_t number) {
  const std::string text = std::to_string(number);
  return std::string(32 - text.size(), '0') + text;
}

}  // namespace

TEST_CASE("access log: lines are counted for each nonce, with the addresses in them") {
  const Probes probes = probes_in(common("10.0.0.1", one) + common("10.0.0.7", two) + common("10.0.0.2", one));
  REQUIRE(probes.size() == 2);
  CHECK(probes.at(one) == ProbeLines{2, {"10.0.0.1", "10.0.0.2"}});
  CHECK(probes.at(two) == ProbeLines{1, {"10.0.0.7"}});
}

TEST_CASE("access log: a nonce is found in the query or in the user agent, and counts once for a line with both") {
  CHECK(probes_in(combined("10.0.0.1", one)).at(one).lines == 1);
  const std::string both = "10.0.0.1 \"GET /?genkey-agent=" + one + "\" \"genkey-agent-doctor/" + one + "\"";
  CHECK(probes_in(both).at(one).lines == 1);
}

TEST_CASE("access log: what is no nonce is not counted, and hides none behind it") {
  CHECK(probes_in("10.0.0.1 GET /?genkey-agent=short\n").empty());
  CHECK(probes_in("10.0.0.1 GET /?genkey-agent=" + std::string(32, 'A') + "\n").empty());
  CHECK(probes_in("genkey-agent=").empty());
  CHECK(probes_in("").empty());
  CHECK(probes_in("GET /?genkey-agent=x&genkey-agent=" + one).at(one).lines == 1);
}

TEST_CASE("access log: an address has one spelling, whatever stands around it") {
  const std::string line = "[0:0:0:0:0:0:0:1] \"::ffff:10.0.0.1\", 10.0.0.1, 999.1.1.1 1.1 genkey-agent=" + one;
  CHECK(probes_in(line).at(one).addresses == std::vector<std::string>{"10.0.0.1", "::1"});
}

TEST_CASE("access log: a line with many addresses keeps a few, and a flood of nonces the newest") {
  std::string line = "genkey-agent=" + one;
  for (int at = 0; at < 200; ++at) line += " 10.0.0." + std::to_string(at);
  CHECK(probes_in(line).at(one).addresses.size() == limits::probe_addresses);

  std::string log = common("10.0.0.1", one);
  for (std::size_t at = 0; at < 1000; ++at) log += common("10.0.0.1", digits(at));
  const Probes newest = probes_in(log);
  CHECK(newest.size() == limits::probes);
  CHECK(newest.contains(digits(999)));
  CHECK(newest.contains(digits(1000 - limits::probes)));
  CHECK_FALSE(newest.contains(one));
}

TEST_CASE("access log: binary garbage and a line without an end are read") {
  const std::string garbage("\0\xff\r\x1b[2J\n", 8);
  CHECK(probes_in(garbage + common("10.0.0.1", one) + "genkey-agent=" + one).at(one).lines == 2);
}

TEST_CASE("access log: probes go through facts and come back") {
  const Probes probes = {{one, {6, {"10.0.0.1", "2001:db8::1"}}}, {two, {0, {}}}};
  const Facts facts = facts_of(probes);
  CHECK(facts.at("probe." + one) == "6 10.0.0.1 2001:db8::1");
  CHECK(facts.at("probe." + two) == "0");
  CHECK(probes_of(facts) == probes);
}

TEST_CASE("access log: a peer's values of another form are left out") {
  const Facts facts = {{"port", "8080"},
                       {"probe.short", "6"},
                       {"probe." + one, "-1 10.0.0.1"},
                       {"probe." + two, "99999999999999999999"},
                       {"probe." + std::string(32, 'c'), "3 om1 10.0.0.1"},
                       {"probe." + std::string(32, 'd'), ""},
                       {"probes", "1"}};
  const Probes probes = probes_of(facts);
  REQUIRE(probes.size() == 1);
  CHECK(probes.at(std::string(32, 'c')) == ProbeLines{3, {"10.0.0.1"}});
}

}  // namespace agent
