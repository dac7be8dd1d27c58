// SPDX-License-Identifier: ISC
#include "agent/doctor/check_logs.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/evidence_samples.h"

using agent::check_logs;
using agent::DoctorResult;
using agent::Facts;
using agent::PeerResult;
using tests::of_id;
using tests::own_host;
using tests::peer;

namespace {

const Facts quiet = {{"logs", "read"}, {"log.second_key", ""}, {"log.mismatch", ""}, {"log.refused", ""}};

Facts with(Facts facts, const Facts& more) {
  for (const auto& [name, value] : more) facts[name] = value;
  return facts;
}

DoctorResult result(std::string_view id, const Facts& own, std::vector<agent::HostEvidence> peers = {}) {
  peers.insert(peers.begin(), own_host("om1", own));
  const auto found = of_id(check_logs({.hosts = std::move(peers)}), id);
  REQUIRE_FALSE(found.empty());
  return found.front().result;
}

}  // namespace

TEST_CASE("logs without a trace are ok, and logs that nobody can read are unknown") {
  CHECK(result("HA701", quiet) == DoctorResult::ok);
  CHECK(result("HA702", quiet) == DoctorResult::ok);
  for (const char* why : {"denied", "absent", "unreadable"}) {
    CHECK(result("HA701", {{"logs", why}}) == DoctorResult::unknown);
    CHECK(result("HA702", {{"logs", why}}) == DoctorResult::unknown);
  }
  CHECK(check_logs({.hosts = {own_host("om1", {}), peer("om2", {})}}).empty());
}

TEST_CASE("HA701: a mismatch or a second key after the last good start is a fault") {
  for (const char* trace : {"log.mismatch", "log.second_key"}) {
    CHECK(result("HA701", with(quiet, {{trace, "after"}, {"om.running", ""}})) == DoctorResult::fault);
    CHECK(result("HA701", with(quiet, {{trace, "over"}, {"om.running", ""}})) == DoctorResult::note);
  }
  // The worse of two traces counts.
  CHECK(result("HA701", with(quiet, {{"log.mismatch", "over"}, {"log.second_key", "after"}, {"om.running", ""}})) ==
        DoctorResult::fault);
}

TEST_CASE("HA701: trouble is over when Ops Manager runs with the recorded key and no peer disagrees") {
  const Facts running = with(quiet, {{"log.second_key", "after"}, {"om.running", "web"}, {"key.recorded", "on"}});
  CHECK(result("HA701", running) == DoctorResult::note);
  CHECK(result("HA701", running, {peer("om2", {}, PeerResult::unreachable)}) == DoctorResult::note);
  CHECK(result("HA701", running, {peer("om2", {}, PeerResult::disagree)}) == DoctorResult::fault);
  CHECK(result("HA701", with(running, {{"key.recorded", "off"}})) == DoctorResult::fault);
}

TEST_CASE("HA701: a key that a peer proves is right, although Ops Manager has not started again") {
  const Facts stopped = with(quiet, {{"log.mismatch", "after"}, {"om.running", ""}, {"key.recorded", "on"}});
  CHECK(result("HA701", stopped) == DoctorResult::fault);
  CHECK(result("HA701", stopped, {peer("om2", {})}) == DoctorResult::note);
  CHECK(result("HA702", with(stopped, {{"log.refused", "after"}}), {peer("om2", {})}) == DoctorResult::fault);
}

TEST_CASE("without a look at the processes, or a record, a trace is unknown and not a fault") {
  CHECK(result("HA701", with(quiet, {{"log.second_key", "after"}})) == DoctorResult::unknown);
  CHECK(result("HA702", with(quiet, {{"log.refused", "after"}})) == DoctorResult::unknown);
  CHECK(result("HA701", with(quiet, {{"log.second_key", "after"}, {"om.running", "daemon"}})) == DoctorResult::unknown);
}

TEST_CASE("HA702: a refused start is a fault until Ops Manager runs") {
  CHECK(result("HA702", with(quiet, {{"log.refused", "after"}, {"om.running", ""}})) == DoctorResult::fault);
  CHECK(result("HA702", with(quiet, {{"log.refused", "over"}, {"om.running", ""}})) == DoctorResult::note);
  CHECK(result("HA702", with(quiet, {{"log.refused", "over"}, {"om.running", "web"}})) == DoctorResult::note);
}

TEST_CASE("HA702: a refused web server is a fault although the daemon runs, with whatever key") {
  const Facts daemon = with(quiet, {{"log.refused", "after"}, {"om.running", "daemon"}});
  CHECK(result("HA702", daemon) == DoctorResult::fault);
  CHECK(result("HA702", with(daemon, {{"key.recorded", "on"}}), {peer("om2", {})}) == DoctorResult::fault);
  const auto of_peer = of_id(check_logs({.hosts = {own_host("om1", {}), peer("om2", daemon)}}), "HA702");
  CHECK(of_peer.front().result == DoctorResult::fault);
}

TEST_CASE("HA701: trouble that is over says how that is known") {
  const Facts running = with(quiet, {{"log.mismatch", "after"}, {"om.running", "web"}, {"key.recorded", "on"}});
  const auto found = of_id(check_logs({.hosts = {own_host("om1", running), peer("om2", running)}}), "HA701");
  REQUIRE(found.size() == 2);
  CHECK(found.at(0).evidence.ends_with("; this host has the recorded key, and no peer disagrees"));
  CHECK(found.at(1).evidence.ends_with("; the host proved that it has the same key"));
}

TEST_CASE("a peer's traces are told for the peer, and its own proof shows that its key is right") {
  const Facts running = with(quiet, {{"log.second_key", "after"}, {"om.running", "web"}});
  const auto of_peer = [&](PeerResult answer) {
    return of_id(check_logs({.hosts = {own_host("om1", {}), peer("om2", running, answer)}}), "HA701").front();
  };
  CHECK(of_peer(PeerResult::agree).result == DoctorResult::note);
  CHECK(of_peer(PeerResult::agree).object == "om2");
  CHECK(of_peer(PeerResult::disagree).result == DoctorResult::fault);
  CHECK(of_peer(PeerResult::unreachable).result == DoctorResult::unknown);
}
