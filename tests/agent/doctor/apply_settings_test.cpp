// SPDX-License-Identifier: ISC
// What the configuration makes of findings: it accepts some, and answers some that nothing on the hosts shows.
#include "agent/doctor/apply_settings.h"

#include <doctest/doctest.h>

using agent::DoctorFinding;
using agent::DoctorResult;
using agent::DoctorSettings;
using platform::Time;

namespace {

constexpr std::chrono::sys_days day = std::chrono::year(2026) / 11 / 1;
constexpr Time noon{day + std::chrono::hours(12)};

DoctorSettings ignoring(const std::string& id) { return {.ignored = {{.id = id, .reason = "as planned", .line = 4}}}; }

DoctorSettings attesting(const std::string& id, std::chrono::sys_days date = day) {
  return {.attested = {{.id = id, .date = date, .text = "2026-11-01 restored", .line = 7}}};
}

DoctorFinding applied(DoctorResult result, const DoctorSettings& settings, Time now = noon) {
  const DoctorFinding found{
      .id = "HA801", .result = result, .object = "application database", .needs = agent::needs_attestation};
  return agent::with_settings({found}, settings, now).front();
}

}  // namespace

TEST_CASE("what is ignored is accepted with the reason, and what is right stays right") {
  for (const auto result : {DoctorResult::fault, DoctorResult::risk, DoctorResult::unknown, DoctorResult::note}) {
    const DoctorFinding accepted = applied(result, ignoring("HA801"));
    CHECK(accepted.result == DoctorResult::accepted);
    CHECK(accepted.reason == "as planned");
  }
  CHECK(applied(DoctorResult::ok, ignoring("HA801")).result == DoctorResult::ok);
  CHECK(applied(DoctorResult::fault, ignoring("HA802")).result == DoctorResult::fault);
}

TEST_CASE("what is unknown and attested is right, with the person's words as evidence") {
  const DoctorFinding attested = applied(DoctorResult::unknown, attesting("HA801"));
  CHECK(attested.result == DoctorResult::ok);
  CHECK(attested.evidence == "attested: 2026-11-01 restored");
  CHECK(attested.reason == "2026-11-01 restored");
  CHECK(attested.needs.empty());
  CHECK(applied(DoctorResult::unknown, attesting("HA802")).result == DoctorResult::unknown);
}

TEST_CASE("nobody's word covers a fault or a risk") {
  CHECK(applied(DoctorResult::fault, attesting("HA801")).result == DoctorResult::fault);
  CHECK(applied(DoctorResult::risk, attesting("HA801")).result == DoctorResult::risk);
  CHECK(applied(DoctorResult::note, attesting("HA801")).result == DoctorResult::note);
}

TEST_CASE("a word counts for 100 days, and one of the future does not count") {
  const auto after = [](int days) {
    return applied(DoctorResult::unknown, attesting("HA801"), noon + std::chrono::days(days));
  };
  CHECK(after(100).result == DoctorResult::ok);
  CHECK(after(101).result == DoctorResult::unknown);
  CHECK(after(101).needs == "a newer attestation: the last one is of 2026-11-01, and counts for 100 days");
  CHECK(after(-1).result == DoctorResult::ok);  // it is tomorrow already where the person is
  CHECK(after(-2).result == DoctorResult::unknown);
  CHECK(after(-2).needs == "a date in [doctor.attested] that is not in the future: 2026-11-01");
}

TEST_CASE("an id that means nothing in this version is named with its line and the nearest id") {
  CHECK(agent::unknown_ids(ignoring("HA801"), "agent.toml").empty());
  CHECK(agent::unknown_ids(attesting("HA801"), "agent.toml").empty());
  const auto ignored = agent::unknown_ids(ignoring("HA809"), "agent.toml");
  REQUIRE(ignored.size() == 1);
  CHECK(ignored.front().starts_with("agent.toml:4: \"doctor.ignore.HA809\" is not the id of a finding (did you mean "));
  CHECK(agent::unknown_ids(attesting("HA999"), "agent.toml").size() == 1);
}

TEST_CASE("a finding that is always decided by what is read cannot be attested") {
  const auto problems = agent::unknown_ids(attesting("HA103"), "agent.toml");
  REQUIRE(problems.size() == 1);
  CHECK(problems.front() ==
        "agent.toml:7: \"doctor.attested.HA103\" cannot be attested, because what decides it is always read");
}
