// SPDX-License-Identifier: ISC
// What is known of peers without asking them: the last result of each, and never a better one.
#include "agent/fleet/last_verdicts.h"

#include <doctest/doctest.h>

#include "tests/agent/fleet/rounds.h"

using agent::Introduction;
using agent::PeerResult;
using agent::Roster;
using keystore::Standing;
using std::chrono::seconds;
using tests::epoch;
using tests::now;
using tests::om2;
using tests::om3;
using tests::peer_at;
using tests::pin;

TEST_CASE("a peer that was never asked agrees if it proved the key to the listener, and only the same key") {
  Roster roster;
  roster.remember(peer_at(2, om2, Introduction::ticket));
  CHECK(agent::last_verdicts(roster, {}, epoch).peers.front().result == PeerResult::agree);
  CHECK(agent::last_verdicts(roster, {}, "00000000000000bb").never_asked == std::vector{om2.text()});
  roster.record_drift(pin(2), now);
  CHECK(agent::last_verdicts(roster, {}, epoch).never_asked == std::vector{om2.text()});
}

TEST_CASE("a bad result is as good as a good one, with what the gate would weigh") {
  Roster roster;
  roster.remember(peer_at(2, om2, Introduction::ticket));
  roster.record_result(pin(2), {PeerResult::disagree, now + seconds(5), Standing::established, tests::claim(2)}, true);
  const auto last = agent::last_verdicts(roster, {}, epoch);
  REQUIRE(last.peers.size() == 1);
  CHECK(last.peers.front().result == PeerResult::disagree);
  CHECK(last.peers.front().when == now + seconds(5));
  CHECK(last.peers.front().since == now + seconds(5));
  CHECK(last.peers.front().standing == Standing::established);
  CHECK(last.peers.front().claim == tests::claim(2));
}

TEST_CASE("a pin was shown only if the peer itself answered") {
  for (const auto& [result, answered] :
       {std::pair(PeerResult::agree, true), std::pair(PeerResult::disagree, true), std::pair(PeerResult::no_key, true),
        std::pair(PeerResult::clone, true), std::pair(PeerResult::unreachable, false),
        std::pair(PeerResult::untrusted, false), std::pair(PeerResult::incompatible, false)}) {
    CAPTURE(agent::name_of(result));
    Roster roster;
    roster.remember(peer_at(2, om2, Introduction::ticket));
    roster.record_result(pin(2), {.result = result, .when = now + seconds(5)}, true);
    const auto last = agent::last_verdicts(roster, {}, epoch);
    REQUIRE(last.peers.size() == 1);
    CHECK(last.peers.front().shown.has_value() == answered);
    CHECK(last.peers.front().pin == pin(2));
  }
}

TEST_CASE("an address that a person named is known by its last result, or was never asked") {
  Roster roster;
  roster.add_address(om3.text());
  CHECK(agent::last_verdicts(roster, {om2}, epoch).never_asked == std::vector{om2.text(), om3.text()});
  roster.record_result(om2.text(), {.result = PeerResult::unreachable, .when = now - seconds(60)});
  roster.record_result(om2.text(), {.result = PeerResult::unreachable, .when = now});
  const auto last = agent::last_verdicts(roster, {om2}, epoch);
  REQUIRE(last.peers.size() == 1);
  CHECK(last.peers.front().result == PeerResult::unreachable);
  CHECK(last.peers.front().when == now);
  CHECK(last.peers.front().since == now - seconds(60));
  CHECK(last.never_asked == std::vector{om3.text()});
}

TEST_CASE("an address of a removed host is told as that") {
  Roster roster;
  roster.remember(peer_at(2, om2, Introduction::ticket));
  roster.remove(pin(2), now);
  const auto last = agent::last_verdicts(roster, {om2}, epoch);
  REQUIRE(last.peers.size() == 1);
  CHECK(last.peers.front().result == PeerResult::removed);
}
