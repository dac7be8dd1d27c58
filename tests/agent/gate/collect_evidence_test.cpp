// SPDX-License-Identifier: ISC
// What the gate takes for evidence of what was found and heard.
#include "agent/gate/collect_evidence.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using agent::PeerAnswer;
using agent::PeerResult;
using agent::Roster;
using keystore::Standing;
using tests::pin;

namespace {

const agent::Address om2{"om2.example.com", 27424};

PeerAnswer answer(PeerResult result, std::uint8_t number) {
  return {.asked = om2, .result = result, .pin = pin(number)};
}

keystore::Record own_record() {
  return keystore::make_record(keystore::KeyProof(tests::key(1)), tests::fleet(9), 1, Standing::chosen,
                               keystore::Origin::imported);
}

}  // namespace

TEST_CASE("one host that answers at two addresses is one piece of evidence, and this host is none") {
  const auto peers = agent::recognise(
      {answer(PeerResult::disagree, 2), answer(PeerResult::disagree, 2), answer(PeerResult::self, 1), {.asked = om2}},
      {{om2, true}, {{"10.0.0.2", 1}, false}, {om2, true}, {om2, true}}, Roster());
  const auto evidence = agent::evidence_of(peers);
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[0].result == PeerResult::disagree);
  CHECK(evidence[1].result == PeerResult::unreachable);
}

TEST_CASE("a host without a record, or with another key, has a provisional standing at the gate") {
  keystore::Holding holding;
  holding.state = keystore::KeyState::present;
  CHECK(agent::evidence_of(holding, false).standing == Standing::provisional);
  holding.record = own_record();
  holding.record->standing = Standing::established;
  CHECK(agent::evidence_of(holding, false).standing == Standing::provisional);
  holding.is_recorded = true;
  CHECK(agent::evidence_of(holding, true).standing == Standing::established);
  CHECK(agent::evidence_of(holding, true).unsafe);
}
