// SPDX-License-Identifier: ISC
// HA001, HA002 and HA003: what a peer's answer and its facts say.
#include "agent/doctor/check_peers.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/fleets.h"

using agent::check_peers;
using agent::DoctorResult;
using agent::Evidence;
using agent::PeerResult;
using std::chrono::hours;
using tests::with_id;

namespace {

Evidence fleet_with_peer(agent::HostEvidence peer) {
  Evidence evidence = tests::fleet_with({{}});
  evidence.hosts.push_back(std::move(peer));
  return evidence;
}

DoctorResult only_result(const Evidence& evidence, std::string_view id) {
  const auto found = with_id(check_peers(evidence), id);
  REQUIRE(found.size() == 1);
  CHECK(found.front().object == "om2");
  return found.front().result;
}

}  // namespace

TEST_CASE("a peer that agrees and reports facts is as it should be") {
  const auto evidence = tests::fleet_with({{}, {{"om.version", "8.0.15"}}});
  CHECK(only_result(evidence, "HA001") == DoctorResult::ok);
  CHECK(only_result(evidence, "HA002") == DoctorResult::ok);
  CHECK(only_result(evidence, "HA003") == DoctorResult::ok);
}

TEST_CASE("a peer that gives no proof is a risk and no fault, because silence is no evidence") {
  for (const auto result : {PeerResult::unreachable, PeerResult::incompatible, PeerResult::no_key,
                            PeerResult::untrusted, PeerResult::clone, PeerResult::removed}) {
    const auto evidence = fleet_with_peer(tests::silent("om2", result));
    CHECK(only_result(evidence, "HA001") == DoctorResult::risk);
    CHECK(with_id(check_peers(evidence), "HA002").empty());
    CHECK(with_id(check_peers(evidence), "HA003").empty());
  }
}

TEST_CASE("a peer with another key is a fault") {
  CHECK(only_result(fleet_with_peer(tests::silent("om2", PeerResult::disagree)), "HA002") == DoctorResult::fault);
}

TEST_CASE("a peer that agrees and reports nothing, or old facts, is unknown, with what is missing") {
  auto peer = tests::silent("om2");
  CHECK(only_result(fleet_with_peer(peer), "HA003") == DoctorResult::unknown);
  peer.no_facts = "a newer genkey-agent on that host: it closed the connection, as earlier versions do";
  const auto found = with_id(check_peers(fleet_with_peer(peer)), "HA003");
  CHECK(found.front().needs == peer.no_facts);
  auto old = tests::host_with("om2", {});
  old.age = hours(25);
  CHECK(only_result(fleet_with_peer(old), "HA003") == DoctorResult::unknown);
  old.age.reset();
  CHECK(only_result(fleet_with_peer(old), "HA003") == DoctorResult::unknown);
  old.age = hours(24);
  CHECK(only_result(fleet_with_peer(old), "HA003") == DoctorResult::ok);
}

TEST_CASE("a peer that introduced itself is not compared, and its silence is no finding") {
  auto peer = tests::silent("om2");
  peer.introduced = false;
  CHECK(only_result(fleet_with_peer(peer), "HA003") == DoctorResult::unknown);
  CHECK(with_id(check_peers(fleet_with_peer(peer)), "HA001").empty());
  peer.result = PeerResult::unreachable;
  CHECK(check_peers(fleet_with_peer(peer)).empty());
}

TEST_CASE("where nobody was asked, that is said once and accuses nobody") {
  auto evidence = fleet_with_peer(tests::silent("om2", PeerResult::unreachable));
  evidence.offline = true;
  CHECK(check_peers(evidence).size() == 1);
  CHECK(check_peers(evidence).front().result == DoctorResult::unknown);
  evidence.offline = false;
  evidence.not_asked = "there is no key on this host";
  CHECK(check_peers(evidence).size() == 1);
  CHECK(check_peers(evidence).front().needs == "the other hosts: there is no key on this host");
}
