// SPDX-License-Identifier: ISC
#include "agent/doctor/check_local_databases.h"

#include <doctest/doctest.h>

#include "agent/doctor/checks.h"
#include "tests/agent/doctor/fleets.h"

using agent::DoctorFinding;
using agent::DoctorResult;
using agent::Facts;
using tests::fleet_with;

namespace {

std::vector<DoctorFinding> findings_of(const std::vector<Facts>& facts) {
  return agent::check_local_databases(fleet_with(facts));
}

}  // namespace

TEST_CASE("HA311: a journal on another device is a note for its host") {
  const auto found =
      findings_of({{{"mongod", "same /data/db"}}, {{"mongod", "same /a,different /b,different /c%2Cd"}}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].result == DoctorResult::ok);
  CHECK(found[0].object == "om1");
  CHECK(found[0].evidence.find("/data/db") != std::string::npos);
  CHECK(found[1].result == DoctorResult::note);
  CHECK(found[1].object == "om2");
  CHECK(found[1].evidence == "data directories whose journal is on another device: /b and /c,d");
}

TEST_CASE("HA311: nothing is said about a host without mongod, or of which nobody knows") {
  CHECK(findings_of({{{"mongod", "none"}}}).empty());
  CHECK(findings_of({{{"mongod", ""}}}).empty());
  CHECK(findings_of({{}}).empty());
  CHECK(findings_of({{{"mongod", "different,different data,elsewhere /data/db,different /x%0A"}}}).empty());
}

TEST_CASE("HA311 is among all findings") {
  const auto found = tests::with_id(agent::all_findings(fleet_with({{{"mongod", "different /data/db"}}})), "HA311");
  CHECK(found.size() == 1);
}
