// SPDX-License-Identifier: ISC
// What is said of peers, and that following it never replaces a right key.
#include "agent/report/peer_advice.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::PeerResult;
using agent::PeerVerdict;
using agent::Report;
using keystore::Standing;

namespace {

agent::Host host() {
  agent::Host host;
  host.options = tests::options(agent::Command::verify);
  host.name = "om1";
  return host;
}

PeerVerdict peer(PeerResult result) {
  PeerVerdict peer{.address = "om2.example.com:27424", .result = result};
  peer.name = "om2";
  peer.pin = tests::pin(2);
  peer.shown = tests::pin(2);
  peer.introduced_by = agent::Introduction::ticket;
  return peer;
}

agent::KeyPart key(bool is_recorded) {
  agent::KeyPart key{.state = keystore::KeyState::present, .is_recorded = is_recorded};
  key.record.emplace();
  key.record->fleet = tests::fleet(0xab);
  key.record->generation = 2;
  return key;
}

PeerVerdict disagreeing(std::uint32_t generation) {
  PeerVerdict other = peer(PeerResult::disagree);
  other.claim = tests::claim(2, Standing::established);
  other.claim->fleet = tests::fleet(0xab);
  other.claim->generation = generation;
  return other;
}

std::string said_of(const PeerVerdict& peer, const agent::KeyPart& key) {
  Report report{.command = agent::Command::verify};
  report.key = key;
  agent::advise_about(report, {peer}, host(), tests::pin(1));
  std::string said;
  for (const agent::Message& message : report.warnings) said += agent::for_people(message) + "\n";
  return said;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a host with another key than the recorded one is not told to give it to its peers") {
  CHECK(said_of(disagreeing(2), key(false)).empty());
  CHECK(contains(said_of(disagreeing(2), key(true)), "join --displace"));
}

TEST_CASE("a peer that disagrees is said to have the newer or the older key where that is known") {
  CHECK(contains(said_of(disagreeing(3), key(true)), "om2 (om2.example.com:27424) holds a newer key of this fleet"));
  CHECK(contains(said_of(disagreeing(1), key(true)), "holds an older key of this fleet"));
  CHECK(contains(said_of(disagreeing(2), key(true)), "holds another key\n"));
}

TEST_CASE("a peer that refuses this host is not called untrusted") {
  PeerVerdict refusing = peer(PeerResult::untrusted);
  refusing.wants_adding = true;
  const std::string said = said_of(refusing, key(true));
  CHECK(contains(said, "om2 (om2.example.com:27424) does not accept this host as a peer"));
  CHECK_FALSE(contains(said, "trusted"));
}

TEST_CASE("a stranger at a peer's address is told from the peer") {
  PeerVerdict stranger = peer(PeerResult::untrusted);
  stranger.shown = tests::pin(9);
  CHECK(contains(said_of(stranger, key(true)), "om2 (om2.example.com:27424) answers with another identity"));
}

TEST_CASE("a result of an earlier round claims no reason that was not kept") {
  PeerVerdict before = peer(PeerResult::untrusted);
  before.when = platform::Time(std::chrono::seconds(1'700'000'000));
  const std::string said = said_of(before, key(true));
  CHECK(contains(said, "gave no trusted answer"));
  CHECK(contains(said, "genkey-agent verify"));
}
