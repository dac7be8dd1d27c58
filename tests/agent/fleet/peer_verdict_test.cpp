// SPDX-License-Identifier: ISC
// What answers mean: who is known, what the roster and the record become of them.
#include "agent/fleet/peer_verdict.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "agent/fleet/remember_verdicts.h"
#include "agent/fleet/voters.h"
#include "tests/agent/fleet/rounds.h"

using agent::Introduction;
using agent::Peer;
using agent::PeerAnswer;
using agent::PeerResult;
using agent::PeerVerdict;
using agent::Roster;
using std::chrono::seconds;
using tests::answer;
using tests::epoch;
using tests::now;
using tests::om2;
using tests::om3;
using tests::peer_at;
using tests::pin;
using tests::silent;
using tests::verdicts;

namespace {

Roster knowing(std::uint8_t number) {
  Roster roster;
  roster.remember(peer_at(number, om2));
  return roster;
}

// om2 and om3, each at its own address.
Roster knowing_both() {
  Roster roster = knowing(2);
  roster.remember(peer_at(3, om3));
  return roster;
}

PeerVerdict verdict(const PeerAnswer& given, const Roster& roster) {
  const auto all = verdicts({given}, roster);
  REQUIRE(all.size() == 1);
  return all.front();
}

PeerResult result_of(const std::vector<PeerVerdict>& all, std::uint8_t number) {
  const auto found = std::ranges::find(all, pin(number), &PeerVerdict::pin);
  REQUIRE(found != all.end());
  return found->result;
}

}  // namespace

TEST_CASE("a host under the pin that is known for it gives its own result") {
  const PeerVerdict peer = verdict(answer(PeerResult::disagree, 2), knowing(2));
  CHECK(peer.is_introduced());
  CHECK_FALSE(peer.is_stranger());
  CHECK(peer.result == PeerResult::disagree);
  CHECK(peer.name == "om2");
}

TEST_CASE("a stranger without proof at a known host's address is untrusted, whatever it says, and no drift") {
  for (const PeerResult said : {PeerResult::disagree, PeerResult::has_key, PeerResult::no_key}) {
    Roster roster = knowing(2);
    const PeerVerdict peer = verdict(answer(said, 3), roster);
    CHECK(peer.result == PeerResult::untrusted);
    CHECK(peer.pin == pin(2));
    CHECK(peer.is_stranger());
    agent::remember(roster, {peer}, epoch, now);
    CHECK_FALSE(roster.find(pin(2))->drifted);
  }
}

TEST_CASE("a stranger at an address where nobody has ever proved the key gives its result as it says") {
  for (const PeerResult said : {PeerResult::disagree, PeerResult::has_key, PeerResult::no_key}) {
    const PeerVerdict peer = verdict(answer(said, 3), Roster());
    CHECK(peer.result == said);
    CHECK(peer.is_unmet());
  }
}

TEST_CASE("a host that was made anew replaces the one at its address, and that is told once") {
  Roster roster = knowing(2);
  const PeerVerdict peer = verdict(answer(PeerResult::agree, 3), roster);
  CHECK(peer.result == PeerResult::agree);
  CHECK(peer.introduced_by == Introduction::configured);
  CHECK_FALSE(peer.news.empty());
  agent::remember(roster, {peer}, epoch, now);
  CHECK(roster.find(pin(2)) == nullptr);
  REQUIRE(roster.find(pin(3)) != nullptr);
  CHECK(roster.owner_of(om2.text()) == roster.find(pin(3)));
  CHECK(verdict(answer(PeerResult::agree, 3), roster).news.empty());
}

TEST_CASE("a host that joined anew under its old address replaces its former self, and nobody else") {
  Roster roster = knowing_both();
  Peer anew = peer_at(4, om2, Introduction::ticket);
  anew.addresses = {};
  anew.claimed = om2.text();
  roster.remember(anew);
  const auto relayed = verdicts({answer(PeerResult::agree, 4, om3)}, roster);
  CHECK(result_of(relayed, 3) == PeerResult::untrusted);
  const auto all = verdicts({answer(PeerResult::agree, 4, om2)}, roster);
  REQUIRE(all.size() == 1);
  CHECK(all.front().introduced_by == Introduction::ticket);
  CHECK_FALSE(all.front().news.empty());
  agent::remember(roster, all, epoch, now);
  CHECK(roster.find(pin(2)) == nullptr);
  CHECK(roster.owner_of(om2.text()) == roster.find(pin(4)));
  CHECK(roster.find(pin(3)) != nullptr);
}

TEST_CASE("a peer that is asked and cannot prove the key has drifted, until it proves the key again") {
  Roster roster = knowing(2);
  agent::remember(roster, {verdict(answer(PeerResult::disagree, 2), roster)}, epoch, now);
  CHECK(roster.find(pin(2))->drifted == now);
  CHECK(roster.find(pin(2))->last->result == PeerResult::disagree);
  agent::remember(roster, {verdict(answer(PeerResult::agree, 2), roster)}, epoch, now + seconds(1));
  CHECK_FALSE(roster.find(pin(2))->drifted);
}

TEST_CASE("the old pin stays if it proves itself at another address in the same round") {
  Roster roster = knowing(2);
  const auto all = verdicts({answer(PeerResult::agree, 4, om2), answer(PeerResult::agree, 2, om3)}, roster);
  CHECK(result_of(all, 4) == PeerResult::agree);
  CHECK(result_of(all, 2) == PeerResult::agree);
  agent::remember(roster, all, epoch, now);
  REQUIRE(roster.find(pin(2)) != nullptr);
  CHECK(roster.owner_of(om2.text()) == roster.find(pin(4)));
  CHECK(roster.owner_of(om3.text()) == roster.find(pin(2)));
}

TEST_CASE("a relay from one host's address to another makes the first untrusted, and moves nothing") {
  Roster roster = knowing_both();
  const auto all = verdicts({answer(PeerResult::agree, 2, om2), answer(PeerResult::agree, 2, om3)}, roster);
  CHECK(all.size() == 2);
  CHECK(result_of(all, 2) == PeerResult::agree);
  CHECK(result_of(all, 3) == PeerResult::untrusted);
  agent::remember(roster, all, epoch, now);
  CHECK(roster.owner_of(om3.text()) == roster.find(pin(3)));
  CHECK(agent::agreement_of(all).agreeing == 1);
  CHECK(agent::agreement_of(all).all == 2);
}

TEST_CASE("a relay to this host itself makes the owner of the address untrusted") {
  PeerAnswer own = answer(PeerResult::self, 1, om2);
  const auto all = verdicts({own}, knowing(2));
  CHECK(result_of(all, 2) == PeerResult::untrusted);
  CHECK(verdict(own, Roster()).result == PeerResult::self);
}

TEST_CASE("two addresses that were swapped in DNS lose nobody: each host still proves itself") {
  Roster roster = knowing_both();
  const auto all = verdicts({answer(PeerResult::agree, 3, om2), answer(PeerResult::agree, 2, om3)}, roster);
  CHECK(all.size() == 2);
  CHECK(result_of(all, 2) == PeerResult::agree);
  CHECK(result_of(all, 3) == PeerResult::agree);
  agent::remember(roster, all, epoch, now);
  CHECK(roster.owner_of(om2.text()) == roster.find(pin(2)));
}

TEST_CASE("a host counts once, however many of its addresses answer or are silent") {
  Roster roster = knowing(2);
  const auto all = verdicts({answer(PeerResult::agree, 2, om2), answer(PeerResult::agree, 2, om3)}, roster);
  CHECK(all.size() == 1);
  agent::remember(roster, all, epoch, now);
  CHECK(roster.find(pin(2))->addresses.size() == 2);
  const auto later = verdicts({silent(om2), answer(PeerResult::agree, 2, om3)}, roster);
  REQUIRE(later.size() == 1);
  CHECK(later.front().result == PeerResult::agree);
  CHECK(verdicts({answer(PeerResult::disagree, 5, om2), answer(PeerResult::disagree, 5, om3)}, Roster()).size() == 1);
}

TEST_CASE("two machines that show one pin are told as a clone, and one machine with two addresses is not") {
  PeerAnswer here = answer(PeerResult::agree, 2, om2);
  PeerAnswer there = answer(PeerResult::agree, 2, om3);
  here.instance = tests::filled<32>(1);
  there.instance = tests::filled<32>(1);
  CHECK(result_of(verdicts({here, there}, knowing(2)), 2) == PeerResult::agree);
  there.instance = tests::filled<32>(2);
  const auto all = verdicts({here, there}, knowing(2));
  CHECK(result_of(all, 2) == PeerResult::clone);
  CHECK_FALSE(agent::is_voter(all.front()));
}

TEST_CASE("a copy of this host is told wherever it answers, and is never taken for the host that is known there") {
  CHECK(verdict(answer(PeerResult::clone, 1), Roster()).result == PeerResult::clone);
  const auto all = verdicts({answer(PeerResult::clone, 1)}, knowing(2));
  REQUIRE(all.size() == 2);
  CHECK(all.front().result == PeerResult::clone);
  CHECK(result_of(all, 2) == PeerResult::untrusted);
}

TEST_CASE("a removed pin is removed even with a proof, and an unknown one at a removed address as well") {
  Roster roster = knowing(2);
  roster.remove(pin(2), now);
  for (const PeerAnswer& given :
       {answer(PeerResult::agree, 2), answer(PeerResult::agree, 7), answer(PeerResult::disagree, 7), silent(om2)}) {
    const PeerVerdict peer = verdict(given, roster);
    CHECK(peer.result == PeerResult::removed);
    agent::remember(roster, {peer}, epoch, now);
    CHECK(roster.peers().empty());
  }
}

TEST_CASE("silence changes nobody's place, and is the last result") {
  Roster roster = knowing(2);
  agent::remember(roster, {verdict(silent(om2), roster)}, epoch, now);
  CHECK(roster.find(pin(2))->last == agent::LastResult{.result = PeerResult::unreachable, .when = now, .since = now});
  const auto later = now + std::chrono::hours(1);
  agent::remember(roster, {verdict(silent(om2), roster)}, epoch, later);
  CHECK(roster.find(pin(2))->last == agent::LastResult{.result = PeerResult::unreachable, .when = later, .since = now});
  CHECK(roster.owner_of(om2.text()) == roster.find(pin(2)));
  agent::remember(roster, {verdict(silent(om3), roster)}, epoch, now);
  REQUIRE(roster.unmet().size() == 1);
  CHECK(roster.unmet().begin()->second.result == PeerResult::unreachable);
}
