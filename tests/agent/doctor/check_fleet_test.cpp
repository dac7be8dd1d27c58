// SPDX-License-Identifier: ISC
// HA101, HA102, HA107, HA108 and HA601 in fleets of two and three hosts.
#include "agent/doctor/check_fleet.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/fleets.h"

using agent::check_fleet;
using agent::DoctorResult;
using agent::Evidence;
using agent::Facts;
using agent::PeerResult;
using tests::fleet_with;
using tests::with_id;

namespace {

std::optional<DoctorResult> result(const Evidence& evidence, std::string_view id) {
  const auto found = with_id(check_fleet(evidence), id);
  CHECK(found.size() <= 1);
  return found.empty() ? std::nullopt : std::optional(found.front().result);
}

std::string evidence_of(const Evidence& evidence, std::string_view id) {
  const auto found = with_id(check_fleet(evidence), id);
  REQUIRE(found.size() == 1);
  return found.front().evidence;
}

const Facts web{{"om.running", "web,daemon"}};
const Facts daemon_only{{"om.running", "daemon"}};

Facts url(const std::string& value) { return {{"central_url", value}}; }
const std::string right_url = "https|om.example.com|443";

Facts version(const std::string& number, const std::string& started = "100000") {
  return {{"om.version", number}, {"om.running", "web"}, {"om.started", started}};
}

Facts key_on(const std::string& where) { return {{"key.fs", where}}; }

Evidence with_silent(Evidence evidence, PeerResult answer = PeerResult::unreachable) {
  evidence.hosts.push_back(tests::silent("silent", answer));
  return evidence;
}

}  // namespace

TEST_CASE("HA101: one web server is a risk, and two are as it should be") {
  CHECK(result(fleet_with({web}), "HA101") == DoctorResult::risk);
  CHECK(result(fleet_with({web, daemon_only}), "HA101") == DoctorResult::risk);
  CHECK(result(fleet_with({web, web}), "HA101") == DoctorResult::ok);
  CHECK(result(fleet_with({web, daemon_only, web}), "HA101") == DoctorResult::ok);
}

TEST_CASE("HA101: an enabled web server counts, so a rolling restart alarms nobody") {
  const Facts restarting{{"om.running", ""},
                         {"units", "mongodb-mms-backup-daemon=enabled/active,mongodb-mms=enabled/inactive"}};
  CHECK(result(fleet_with({web, restarting}), "HA101") == DoctorResult::ok);
  const Facts disabled{{"om.running", ""}, {"units", "mongodb-mms=disabled/inactive"}};
  CHECK(result(fleet_with({web, disabled}), "HA101") == DoctorResult::risk);
  const Facts other_unit{{"om.running", ""}, {"units", "my-mongodb-mms=enabled/inactive"}};
  CHECK(result(fleet_with({web, other_unit}), "HA101") == DoctorResult::risk);
}

TEST_CASE("HA101: a host that reports nothing may have the second web server") {
  CHECK(result(with_silent(fleet_with({web})), "HA101") == DoctorResult::unknown);
  CHECK(result(with_silent(fleet_with({web}), PeerResult::agree), "HA101") == DoctorResult::unknown);
  CHECK(result(with_silent(fleet_with({web, web})), "HA101") == DoctorResult::ok);
  CHECK(result(fleet_with({web, {}}), "HA101") == DoctorResult::unknown);
  auto offline = fleet_with({web});
  offline.offline = true;
  CHECK(result(offline, "HA101") == DoctorResult::unknown);
}

TEST_CASE("HA102: URLs that differ in scheme, host or port are a fault, with who has which") {
  for (const char* other : {"http|om.example.com|443", "https|om1.example.com|443", "https|om.example.com|8443"})
    CHECK(result(fleet_with({url(right_url), url(other)}), "HA102") == DoctorResult::fault);
  CHECK(evidence_of(fleet_with({url(right_url), url("http|om2|8080"), url(right_url)}), "HA102") ==
        "http://om2:8080 on om2; https://om.example.com on om1 and om3");
  CHECK(result(fleet_with({url(right_url), url("https|OM.example.com|443")}), "HA102") == DoctorResult::ok);
}

TEST_CASE("HA102: a file without the line is never a fault") {
  CHECK(result(fleet_with({url(right_url), url("")}), "HA102") == DoctorResult::unknown);
  CHECK_FALSE(result(fleet_with({url(""), url("")}), "HA102"));
  CHECK(result(fleet_with({url(right_url), {}}), "HA102") == DoctorResult::unknown);
  CHECK(result(with_silent(fleet_with({url(right_url), url(right_url)})), "HA102") == DoctorResult::unknown);
  // HA104 is about it
  CHECK(result(fleet_with({url(right_url), url("malformed")}), "HA102") == DoctorResult::ok);
}

TEST_CASE("HA107: versions that differ are a risk, and a note while a host is being upgraded") {
  CHECK(result(fleet_with({version("8.0.15"), version("8.0.15")}), "HA107") == DoctorResult::ok);
  CHECK(result(fleet_with({version("8.0.15"), version("8.0.16")}), "HA107") == DoctorResult::risk);
  CHECK(evidence_of(fleet_with({version("8.0.15"), version("8.0.16")}), "HA107") == "8.0.15 on om1; 8.0.16 on om2");
  CHECK(result(fleet_with({version("8.0.15"), version("8.0.16", "1199")}), "HA107") == DoctorResult::note);
  CHECK(result(fleet_with({version("8.0.15"), version("8.0.16", "1200")}), "HA107") == DoctorResult::risk);
  Facts stopped = version("8.0.16");
  stopped["om.running"] = "";
  CHECK(result(fleet_with({version("8.0.15"), stopped}), "HA107") == DoctorResult::note);
}

TEST_CASE("HA107: a start is as old as the facts are, too") {
  auto evidence = fleet_with({version("8.0.15"), version("8.0.16", "600")});
  evidence.hosts.back().age = std::chrono::minutes(10);
  CHECK(result(evidence, "HA107") == DoctorResult::risk);
}

TEST_CASE("HA107: packages of two systems write one version in two ways") {
  CHECK(result(fleet_with({version("8.0.15.500.20261101T1000Z-1"), version("8.0.15.500.20261101T1000Z-1.el9")}),
               "HA107") == DoctorResult::ok);
  CHECK_FALSE(result(fleet_with({version("8.0.15"), {}}), "HA107"));
  CHECK_FALSE(result(fleet_with({version("8.0.15"), version("")}), "HA107"));
}

TEST_CASE("HA108: settings that differ are noted by their names, and no value is told") {
  const Facts one{{"setting.mms.mail.port", "0102"}, {"setting.http.proxy.host", "03"}};
  const Facts other{{"setting.mms.mail.port", "0102"}, {"setting.http.proxy.host", "04"}};
  CHECK(result(fleet_with({one, one}), "HA108") == DoctorResult::ok);
  CHECK(result(fleet_with({one, other}), "HA108") == DoctorResult::note);
  CHECK(evidence_of(fleet_with({one, other}), "HA108") == "http.proxy.host");
}

TEST_CASE("HA108: what a host does not report is not compared") {
  CHECK_FALSE(result(fleet_with({{{"setting.a", "01"}}, {}}), "HA108"));
  CHECK_FALSE(result(fleet_with({{{"setting.a", "01"}}, {{"setting.b", "02"}}}), "HA108"));
}

TEST_CASE("HA601: all key files on one export are a risk, and one on a disk of its own is enough") {
  CHECK(result(fleet_with({key_on("nfs4 nas1:/om"), key_on("nfs4 nas1:/om")}), "HA601") == DoctorResult::risk);
  CHECK(result(fleet_with({key_on("nfs4 nas1:/om"), key_on("local")}), "HA601") == DoctorResult::ok);
  CHECK(result(fleet_with({key_on("nfs4 nas1:/om"), key_on("nfs4 nas2:/om")}), "HA601") == DoctorResult::ok);
  CHECK(result(fleet_with({key_on("local"), key_on("local")}), "HA601") == DoctorResult::ok);
}

TEST_CASE("HA601: one host alone, or one of which nobody knows, says nothing about all") {
  CHECK_FALSE(result(fleet_with({key_on("nfs4 nas1:/om")}), "HA601"));
  CHECK_FALSE(result(fleet_with({key_on("nfs4 nas1:/om"), key_on("nfs4 nas1:/om"), {}}), "HA601"));
}

TEST_CASE("a peer that introduced itself, was removed or has another key is not compared") {
  auto evidence = fleet_with({url(right_url), url(right_url), url("https|other|443")});
  evidence.hosts.back().introduced = false;
  CHECK(result(evidence, "HA102") == DoctorResult::ok);
  evidence.hosts.back().introduced = true;
  evidence.hosts.back().result = PeerResult::removed;
  CHECK(result(evidence, "HA102") == DoctorResult::ok);
  evidence.hosts.back().result = PeerResult::disagree;
  CHECK(result(evidence, "HA102") == DoctorResult::unknown);
}
