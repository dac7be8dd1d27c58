// SPDX-License-Identifier: ISC
// What answers mean: who is known, what the roster and the record become of them.
#include "agent/fleet/peer_verdict.h"

#include <doctest/doctest.h>

#include "platform/base/enum_count.h"
#include "tests/agent/samples.h"

using agent::Peer;
using agent::PeerAnswer;
using agent::PeerResult;
using agent::RecognisedPeer;
using agent::Roster;
using keystore::KeyProof;
using keystore::Record;
using keystore::Standing;
using platform::Time;
using std::chrono::seconds;
using tests::pin;

namespace {

constexpr Time now{seconds(1'000'000)};
const std::string epoch = "00000000000000aa";
const agent::Address om2{"om2.example.com", 27424};

PeerAnswer answer(PeerResult result, std::uint8_t number) {
  PeerAnswer given{.asked = om2, .result = result, .pin = pin(number)};
  if (result == PeerResult::agree) given.claim = tests::claim(number);
  return given;
}

Roster knowing(std::uint8_t number) {
  Roster roster;
  roster.remember({.pin = pin(number), .name = "om2", .address = om2.text(), .seen = now, .epoch = epoch});
  return roster;
}

RecognisedPeer recognised(const PeerAnswer& given, const Roster& roster) {
  return agent::recognise({given}, {{om2, true}}, roster).front();
}

Record own_record() {
  return keystore::make_record(KeyProof(tests::key(1)), tests::fleet(9), 1, Standing::chosen,
                               keystore::Origin::imported);
}

}  // namespace

TEST_CASE("a host under the pin that is known for it is known") {
  const RecognisedPeer peer = recognised(answer(PeerResult::disagree, 2), knowing(2));
  CHECK(peer.known);
  CHECK(peer.configured);
  CHECK(peer.answer.result == PeerResult::disagree);
  CHECK(peer.name == "om2");
}

TEST_CASE("a stranger without proof where somebody else is known is untrusted, and not drift") {
  const RecognisedPeer peer = recognised(answer(PeerResult::disagree, 3), knowing(2));
  CHECK(peer.answer.result == PeerResult::untrusted);
  Roster roster = knowing(2);
  agent::remember(roster, {peer}, epoch, now);
  CHECK_FALSE(roster.find(pin(2))->drifted);
}

TEST_CASE("a stranger that has a key is untrusted where somebody else is known, also for a host that has none") {
  CHECK(recognised(answer(PeerResult::has_key, 3), knowing(2)).answer.result == PeerResult::untrusted);
  CHECK(recognised(answer(PeerResult::has_key, 3), Roster()).answer.result == PeerResult::has_key);
}

TEST_CASE("a stranger without proof where nobody is known disagrees") {
  CHECK(recognised(answer(PeerResult::disagree, 3), Roster()).answer.result == PeerResult::disagree);
}

TEST_CASE("a known address under a new pin that proves the key is pinned anew, and that is told") {
  Roster roster = knowing(2);
  const RecognisedPeer peer = recognised(answer(PeerResult::agree, 3), roster);
  CHECK(peer.answer.result == PeerResult::agree);
  CHECK_FALSE(peer.news.empty());
  agent::remember(roster, {peer}, epoch, now);
  CHECK(roster.find(pin(2)) == nullptr);
  REQUIRE(roster.find(pin(3)) != nullptr);
  CHECK(roster.find(pin(3))->address == om2.text());
  CHECK(recognised(answer(PeerResult::agree, 3), roster).news.empty());
}

TEST_CASE("a removed pin is untrusted even with a proof, and does not come back") {
  Roster roster = knowing(2);
  roster.remove(pin(2).text(), now);
  const RecognisedPeer peer = recognised(answer(PeerResult::agree, 2), roster);
  CHECK(peer.answer.result == PeerResult::untrusted);
  agent::remember(roster, {peer}, epoch, now);
  CHECK(roster.peers().empty());
}

TEST_CASE("silence changes neither who is known nor what") {
  Roster roster = knowing(2);
  const Roster before = roster;
  PeerAnswer silent{.asked = om2, .result = PeerResult::unreachable};
  agent::remember(roster, {recognised(silent, roster)}, epoch, now);
  CHECK(roster.peers() == before.peers());
  CHECK(roster.last_verify() == now);
}

TEST_CASE("a known pin that fails the proof has drifted, until it proves the key again") {
  Roster roster = knowing(2);
  agent::remember(roster, {recognised(answer(PeerResult::disagree, 2), roster)}, epoch, now);
  CHECK(roster.find(pin(2))->drifted == now);
  CHECK(roster.find(pin(2))->last_result == "disagree");
  agent::remember(roster, {recognised(answer(PeerResult::agree, 2), roster)}, epoch, now + seconds(1));
  CHECK_FALSE(roster.find(pin(2))->drifted);
}

TEST_CASE("agreement establishes a host and brings it into the better fleet") {
  const KeyProof proof(tests::key(1));
  Record record = own_record();
  REQUIRE(agent::settle(record, {recognised(answer(PeerResult::agree, 2), Roster())}, Roster(), proof));
  CHECK(record.standing == Standing::established);
  CHECK(record.proved_by_peer);
  CHECK(record.fleet == tests::fleet(2));
  CHECK(keystore::is_recorded(proof, record));
  CHECK_FALSE(agent::settle(record, {recognised(answer(PeerResult::agree, 2), Roster())}, Roster(), proof));
}

TEST_CASE("without agreement a record stays as it is") {
  Record record = own_record();
  const Record before = record;
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    if (result == PeerResult::agree) continue;
    PeerAnswer given = answer(result, 2);
    given.claim = tests::claim(0, Standing::established);
    CHECK_FALSE(agent::settle(record, {recognised(given, Roster())}, Roster(), KeyProof(tests::key(1))));
  }
  CHECK(record == before);
}

TEST_CASE("what a listener heard in this epoch counts, what it heard in another or of drifted peers does not") {
  const auto settled_by = [](const std::string& heard_in, bool drifted, const Record& own) {
    Record record = own;
    Roster roster;
    Peer peer{.pin = pin(2), .name = "om2", .address = "om2:1", .seen = now, .epoch = heard_in};
    peer.claim = tests::claim(2);
    if (drifted) peer.drifted = now;
    roster.remember(peer);
    return agent::settle(record, {}, roster, KeyProof(tests::key(1)));
  };
  const Record own = own_record();
  CHECK(settled_by(own.epoch, false, own));
  CHECK_FALSE(settled_by(own.epoch, true, own));
  CHECK_FALSE(settled_by("00000000000000bb", false, own));
  CHECK_FALSE(settled_by("", false, own));
}
