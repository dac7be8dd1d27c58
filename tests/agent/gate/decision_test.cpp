// SPDX-License-Identifier: ISC
// The gate's decisions as stories of hosts. decision_table_test.cpp goes through all cases.
#include "agent/gate/decision.h"

#include <vector>

#include <doctest/doctest.h>

#include "agent/fleet/voters.h"
#include "tests/agent/gate/decision_cases.h"
#include "tests/agent/samples.h"

namespace {

using agent::OwnEvidence;
using agent::PeerResult;
using agent::PeerVerdict;
using agent::Policy;
using agent::Reason;
using keystore::KeyState;
using keystore::Standing;
using tests::absurd_generation;
using tests::all_standings;
using tests::claim_of;
using tests::fleet_of;
using tests::Known;

using Peers = std::vector<PeerVerdict>;

OwnEvidence host_with(Standing standing) {
  OwnEvidence own{.key = KeyState::present, .has_record = true, .is_recorded = true, .standing = standing};
  own.fleet = fleet_of(1);
  own.generation = 1;
  own.settled = standing == Standing::established;
  return own;
}

PeerVerdict known(PeerResult result, Standing standing = Standing::established) {
  return tests::peer_with(result, Known::introduced, standing, claim_of(fleet_of(1), 1));
}

// At an address that a person named, and nobody has ever proved the key there.
PeerVerdict unmet(PeerResult result, Standing standing = Standing::established) {
  return tests::peer_with(result, Known::unmet, standing);
}

PeerVerdict newcomer(PeerResult result, Standing standing = Standing::established) {
  return tests::peer_with(result, Known::itself, standing, claim_of(fleet_of(1), 1));
}

bool starts(const OwnEvidence& own, const Peers& peers) { return agent::decide(own, peers, Policy::normal).allowed; }

}  // namespace

TEST_CASE("a host that lost its key is told so, and one that never had one is told to get it") {
  OwnEvidence own{.key = KeyState::absent};
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::no_key});
  own.has_record = true;
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::lost_key});
}

TEST_CASE("a record that cannot be read says that there was a key, and nobody is told to make one") {
  const OwnEvidence own{.key = KeyState::absent, .unreadable_record = true};
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::lost_key});
}

TEST_CASE("two hosts and one drifts: the drifted one is refused, the other starts and says so") {
  OwnEvidence drifted = host_with(Standing::provisional);
  drifted.is_recorded = false;
  CHECK_FALSE(starts(drifted, {known(PeerResult::disagree)}));
  const auto healthy = agent::decide(host_with(Standing::established),
                                     {unmet(PeerResult::disagree, Standing::provisional)}, Policy::normal);
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
  CHECK_FALSE(starts(host_with(Standing::chosen), {unmet(PeerResult::disagree, Standing::established)}));
  CHECK_FALSE(starts(host_with(Standing::provisional), {unmet(PeerResult::disagree, Standing::provisional)}));
  CHECK(starts(host_with(Standing::established), {unmet(PeerResult::disagree, Standing::chosen)}));
}

TEST_CASE("two hosts that generated at the same time are both held until a person decides") {
  CHECK_FALSE(starts(host_with(Standing::chosen), {unmet(PeerResult::disagree, Standing::chosen)}));
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
  CHECK_FALSE(starts(rolled_back, {newcomer(PeerResult::agree, Standing::established)}));
  CHECK_FALSE(starts(rolled_back, {known(PeerResult::agree, Standing::chosen)}));
}

TEST_CASE("a known peer with a later generation of this fleet holds an established host, an absurd one does not") {
  PeerVerdict later = known(PeerResult::disagree, Standing::chosen);
  later.claim = claim_of(fleet_of(1), 2);
  CHECK_FALSE(starts(host_with(Standing::established), {later}));
  later.claim = claim_of(fleet_of(1), 17);
  CHECK_FALSE(starts(host_with(Standing::established), {later}));
  for (const std::uint32_t lie : {std::uint32_t{18}, absurd_generation}) {
    later.claim = claim_of(fleet_of(1), lie);
    CHECK(starts(host_with(Standing::established), {later}));
  }
  later.claim = claim_of(fleet_of(2), 2);
  CHECK(starts(host_with(Standing::established), {later}));
}

TEST_CASE("a record that cannot be read lets a start pass on an established peer's proof, and is never healed by it") {
  OwnEvidence unreadable{.key = KeyState::present, .unreadable_record = true};
  CHECK(agent::decide(unreadable, {}, Policy::normal).reasons == std::vector{Reason::unreadable_record});
  const auto decision = agent::decide(unreadable, {known(PeerResult::agree)}, Policy::normal);
  CHECK(decision.allowed);
  CHECK_FALSE(decision.heals_record);
}

TEST_CASE("hosts that were imaged with one wrong key confirm each other and are refused by more right hosts") {
  // Two against three: each of the two agrees with the other, and the three stand in its list.
  CHECK_FALSE(starts(host_with(Standing::established), {newcomer(PeerResult::agree), known(PeerResult::disagree),
                                                        known(PeerResult::disagree), known(PeerResult::disagree)}));
  OwnEvidence imaged = host_with(Standing::established);
  imaged.settled = false;
  CHECK_FALSE(starts(imaged, {known(PeerResult::agree), unmet(PeerResult::disagree), unmet(PeerResult::disagree),
                              unmet(PeerResult::disagree)}));
  // The three are not stopped by the two.
  CHECK(starts(host_with(Standing::established), {known(PeerResult::agree), known(PeerResult::agree),
                                                  known(PeerResult::disagree), known(PeerResult::disagree)}));
}

TEST_CASE("an ex-member under a new identity is evidence against nobody, whatever generation it claims") {
  PeerVerdict later = newcomer(PeerResult::disagree);
  later.claim = claim_of(fleet_of(1), 2);
  for (const Standing standing : all_standings) CHECK(starts(host_with(standing), Peers(4, later)));
}

TEST_CASE("who introduced itself establishes a host, but does not help it against others and is no voter") {
  const Peers peers = {newcomer(PeerResult::agree), newcomer(PeerResult::agree), known(PeerResult::disagree),
                       known(PeerResult::disagree)};
  CHECK(agent::decide(host_with(Standing::chosen), {newcomer(PeerResult::agree)}, Policy::normal).establishes);
  CHECK_FALSE(starts(host_with(Standing::established), peers));
  CHECK_FALSE(agent::decide(host_with(Standing::established), {newcomer(PeerResult::agree)}, Policy::majority).allowed);
  CHECK(agent::decide(host_with(Standing::established), {newcomer(PeerResult::disagree), known(PeerResult::agree)},
                      Policy::strict)
            .allowed);
}

TEST_CASE("the network stops a host that was settled once only from more than half of its list") {
  OwnEvidence own = host_with(Standing::established);
  const Peers half = {unmet(PeerResult::disagree), unmet(PeerResult::disagree), known(PeerResult::unreachable)};
  CHECK(starts(own, half));
  const Peers most = {unmet(PeerResult::disagree), unmet(PeerResult::disagree)};
  CHECK_FALSE(starts(own, most));
  own.settled = false;
  CHECK_FALSE(starts(own, half));
}

TEST_CASE("a start that only untrusted peers have seen is allowed, and that is told") {
  const auto decision = agent::decide(host_with(Standing::established),
                                      {known(PeerResult::untrusted), known(PeerResult::untrusted)}, Policy::normal);
  CHECK(decision.allowed);
  CHECK(decision.all_untrusted);
}

TEST_CASE("a host without a record, or with another key, has a provisional standing at the gate") {
  keystore::Holding holding;
  holding.state = KeyState::present;
  CHECK(agent::evidence_of(holding, false).standing == Standing::provisional);
  holding.record = keystore::make_record(keystore::KeyProof(tests::key(1)), tests::fleet(9), 1, Standing::established,
                                         keystore::Origin::imported);
  CHECK(agent::evidence_of(holding, false).standing == Standing::provisional);
  holding.is_recorded = true;
  CHECK(agent::evidence_of(holding, true).standing == Standing::established);
  CHECK(agent::evidence_of(holding, true).unsafe);
}

TEST_CASE("waiting ends early only once most of the fleet agrees") {
  CHECK_FALSE(agent::most_agree({}));
  CHECK(agent::most_agree({known(PeerResult::agree)}));
  CHECK(agent::most_agree({known(PeerResult::agree), known(PeerResult::unreachable)}));
  CHECK_FALSE(
      agent::most_agree({known(PeerResult::agree), known(PeerResult::unreachable), known(PeerResult::unreachable)}));
  CHECK_FALSE(agent::most_agree({known(PeerResult::unreachable)}));
}
