// SPDX-License-Identifier: ISC
#include "agent/doctor/check_key.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/evidence_samples.h"

using agent::check_key;
using agent::DoctorResult;
using agent::Facts;
using tests::of_id;
using tests::own_host;
using tests::peer;

namespace {

std::vector<agent::DoctorFinding> findings(std::string_view id, const Facts& own, const Facts& other = {}) {
  return of_id(check_key({.hosts = {own_host("om1", own), peer("om2", other)}}), id);
}

DoctorResult result(std::string_view id, const Facts& own, const Facts& other = {}) {
  const auto found = findings(id, own, other);
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().object == "om1");
  return found.front().result;
}

}  // namespace

TEST_CASE("HA602: a mount of the key that is absent is a fault, and a present one is not") {
  const auto found = findings("HA602", {{"key.fs", "nfs4 nas1:/om absent"}});
  REQUIRE(found.size() == 1);
  CHECK(found.front().result == DoctorResult::fault);
  CHECK(found.front().evidence == "the key file belongs on nfs4 nas1:/om, which is not mounted");
  CHECK(result("HA602", {{"key.fs", "nfs4 nas1:/om"}}) == DoctorResult::ok);
  CHECK(result("HA602", {{"key.fs", "local"}}, {{"key.fs", "local"}}) == DoctorResult::ok);
  CHECK(findings("HA602", {}).empty());
}

TEST_CASE("HA602: only some hosts with the key on a network is a note about those") {
  const auto found = findings("HA602", {{"key.fs", "nfs4 nas1:/om"}}, {{"key.fs", "local"}});
  REQUIRE(found.size() == 2);
  CHECK(found.front().result == DoctorResult::note);
  CHECK(found.back().result == DoctorResult::ok);
}

TEST_CASE("HA603: a host whose backups are not as they should be is a risk") {
  CHECK(result("HA603", {{"backup.state", ""}}) == DoctorResult::ok);
  CHECK(result("HA603", {{"backup.state", "unconfigured"}}) == DoctorResult::risk);
  const auto stale = findings("HA603", {{"backup.state", "stale,drill-stale"}});
  REQUIRE(stale.size() == 1);
  CHECK(stale.front().result == DoctorResult::risk);
  CHECK(stale.front().evidence ==
        "no fresh copy is known at one of the destinations; nobody has opened a copy for a long time");
  CHECK(findings("HA603", {}).empty());
}

TEST_CASE("HA603: one host that backs up the key is enough") {
  CHECK(of_id(check_key({.hosts = {own_host("om1", {{"backup.state", "unconfigured"}}),
                                   peer("om2", {{"backup.state", ""}})}}),
              "HA603")
            .size() == 1);
  CHECK(result("HA603", {{"backup.state", "unconfigured"}}, {{"backup.state", "stale"}}) == DoctorResult::risk);
}

TEST_CASE("HA602 and HA603: a record that cannot be read leaves them open") {
  for (const char* id : {"HA602", "HA603"}) {
    CAPTURE(id);
    const auto denied = findings(id, {{"key.record", "denied"}});
    REQUIRE(denied.size() == 1);
    CHECK(denied.front().result == DoctorResult::unknown);
    CHECK(denied.front().needs == "an account that may read the record of the key on om1: run doctor as root");
    CHECK(
        findings(id, {{"key.record", "unreadable"}}).front().needs.starts_with("the record of the key on om1, which"));
  }
  // The mount is missing all the same.
  CHECK(result("HA602", {{"key.record", "denied"}, {"key.fs", "nfs4 nas1:/om absent"}}) == DoctorResult::fault);
}

TEST_CASE("HA602: a host whose key file or mounts are not known is unknown, and one without a record has no HA603") {
  CHECK(result("HA602", {{"key.record", "read"}}) == DoctorResult::unknown);
  CHECK(result("HA602", {{"key.record", "absent"}}) == DoctorResult::unknown);
  CHECK(findings("HA603", {{"key.record", "absent"}}).empty());
}

TEST_CASE("HA703: checks that are switched off are a risk, and settings that nobody can read are unknown") {
  CHECK(result("HA703", {{"settings", "read"}, {"preflight", "off"}}) == DoctorResult::risk);
  CHECK(result("HA703", {{"settings", "read"}, {"preflight", "on"}}) == DoctorResult::ok);
  CHECK(result("HA703", {{"settings", "denied"}}) == DoctorResult::unknown);
  CHECK(findings("HA703", {{"settings", "absent"}}).empty());
  CHECK(findings("HA703", {}).empty());
}
