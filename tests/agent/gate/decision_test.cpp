// SPDX-License-Identifier: ISC
// The gate's decisions as stories of hosts. decision_table_test.cpp goes through all cases.
#include "agent/gate/decision.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/agent/gate/decision_cases.h"

namespace {

using agent::OwnEvidence;
using agent::PeerEvidence;
using agent::PeerResult;
using agent::Policy;
using agent::Reason;
using keystore::KeyState;
using keystore::Standing;
using tests::absurd_generation;
using tests::all_standings;
using tests::claim_of;
using tests::fleet_of;

using Peers = std::vector<PeerEvidence>;

OwnEvidence host_with(Standing standing) {
  OwnEvidence own{.key = KeyState::present, .has_record = true, .is_recorded = true, .standing = standing};
  own.fleet = fleet_of(1);
  own.ever_proved = standing == Standing::established;
  return own;
}

PeerEvidence known(PeerResult result, Standing standing = Standing::established) {
  return {.result = result, .known = true, .configured = true, .standing = standing};
}

PeerEvidence stranger(PeerResult result, Standing standing) {
  return {.result = result, .configured = true, .standing = standing};
}

bool starts(const OwnEvidence& own, const Peers& peers) { return agent::decide(own, peers, Policy::normal).allowed; }

}  // namespace

TEST_CASE("a host that lost its key is told so, and one that never had one is told to get it") {
  OwnEvidence own{.key = KeyState::absent};
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::no_key});
  own.has_record = true;
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::lost_key});
}

TEST_CASE("two hosts and one drifts: the drifted one is refused, the other starts and says so") {
  OwnEvidence drifted = host_with(Standing::provisional);
  drifted.is_recorded = false;
  CHECK_FALSE(starts(drifted, {known(PeerResult::disagree)}));
  const auto healthy = agent::decide(host_with(Standing::established),
                                     {stranger(PeerResult::disagree, Standing::provisional)}, Policy::normal);
  CHECK(healthy.allowed);
  CHECK(healthy.wrong_elsewhere);
}

TEST_CASE("a fleet split two to two starts on both sides, because neither outnumbers the other") {
  CHECK(starts(host_with(Standing::established),
               {known(PeerResult::agree), known(PeerResult::disagree), known(PeerResult::disagree)}));
}

TEST_CASE("a fleet split three to two stops the two and not the three") {
  CHECK_FALSE(starts(host_with(Standing::established), {known(PeerResult::agree), known(PeerResult::disagree),
                                                        known(PeerResult::disagree), known(PeerResult::disagree)}));
  CHECK(starts(host_with(Standing::established), {known(PeerResult::agree), known(PeerResult::agree),
                                                  known(PeerResult::disagree), known(PeerResult::disagree)}));
}

TEST_CASE("a reinstalled host that made a key of its own is held, and does not hold the fleet") {
  CHECK_FALSE(starts(host_with(Standing::chosen), {stranger(PeerResult::disagree, Standing::established)}));
  CHECK_FALSE(starts(host_with(Standing::provisional), {stranger(PeerResult::disagree, Standing::provisional)}));
  CHECK(starts(host_with(Standing::established), {stranger(PeerResult::disagree, Standing::chosen)}));
}

TEST_CASE("two hosts that generated at the same time are both held until a person decides") {
  CHECK_FALSE(starts(host_with(Standing::chosen), {stranger(PeerResult::disagree, Standing::chosen)}));
}

TEST_CASE("a machine that was copied, and this host under another name, stop nobody") {
  CHECK(starts(host_with(Standing::provisional), {known(PeerResult::clone), known(PeerResult::self)}));
  CHECK_FALSE(agent::decide(host_with(Standing::established), {known(PeerResult::clone)}, Policy::majority).allowed);
}

TEST_CASE("a wrong entry in the list of peers stops nobody") {
  for (const PeerResult result :
       {PeerResult::untrusted, PeerResult::incompatible, PeerResult::unreachable, PeerResult::no_key})
    CHECK(starts(host_with(Standing::provisional), {known(result)}));
}

TEST_CASE("a cold start of the whole fleet does not deadlock") {
  const Peers silent(4, known(PeerResult::unreachable));
  for (const Standing standing : all_standings) CHECK(starts(host_with(standing), silent));
}

TEST_CASE("a host alone starts with its recorded key, and majority and strict want somebody else") {
  CHECK(starts(host_with(Standing::chosen), {}));
  CHECK_FALSE(agent::decide(host_with(Standing::established), {}, Policy::majority).allowed);
  CHECK_FALSE(agent::decide(host_with(Standing::established), {}, Policy::strict).allowed);
}

TEST_CASE("a rolled-back record is healed by an established peer under a known pin, and by nobody else") {
  OwnEvidence rolled_back = host_with(Standing::provisional);
  rolled_back.is_recorded = false;
  const auto healed = agent::decide(rolled_back, {known(PeerResult::agree)}, Policy::normal);
  CHECK(healed.allowed);
  CHECK(healed.heals_record);
  CHECK_FALSE(starts(rolled_back, {stranger(PeerResult::agree, Standing::established)}));
  CHECK_FALSE(starts(rolled_back, {known(PeerResult::agree, Standing::chosen)}));
}

TEST_CASE("a known peer with a later generation of this fleet holds an established host, an absurd one does not") {
  PeerEvidence later = known(PeerResult::disagree, Standing::chosen);
  later.claim = claim_of(fleet_of(1), 2);
  CHECK_FALSE(starts(host_with(Standing::established), {later}));
  later.claim = claim_of(fleet_of(1), absurd_generation);
  CHECK(starts(host_with(Standing::established), {later}));
  later.claim = claim_of(fleet_of(2), 2);
  CHECK(starts(host_with(Standing::established), {later}));
}

TEST_CASE("strangers cannot outvote a host that a pin has proved once") {
  const Peers strangers(4, stranger(PeerResult::disagree, Standing::established));
  OwnEvidence own = host_with(Standing::established);
  CHECK(starts(own, strangers));
  own.ever_proved = false;
  CHECK_FALSE(starts(own, strangers));
}

TEST_CASE("waiting ends early only once most of the fleet agrees") {
  CHECK_FALSE(agent::is_settled({}));
  CHECK(agent::is_settled({known(PeerResult::agree)}));
  CHECK(agent::is_settled({known(PeerResult::agree), known(PeerResult::unreachable)}));
  CHECK_FALSE(
      agent::is_settled({known(PeerResult::agree), known(PeerResult::unreachable), known(PeerResult::unreachable)}));
  CHECK_FALSE(agent::is_settled({known(PeerResult::unreachable)}));
}
