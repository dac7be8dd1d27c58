// SPDX-License-Identifier: ISC
// What agreement makes of a host's record: who may raise its generation, and when a host has settled.
#include "agent/fleet/record_settling.h"

#include <doctest/doctest.h>

#include "platform/base/enum_count.h"
#include "tests/agent/fleet/rounds.h"

using agent::Peer;
using agent::PeerAnswer;
using agent::PeerResult;
using agent::PeerVerdict;
using agent::Roster;
using keystore::KeyProof;
using keystore::Record;
using keystore::Standing;
using tests::answer;
using tests::now;
using tests::om2;
using tests::om3;
using tests::peer_at;
using tests::silent;
using tests::verdicts;

namespace {

Record own_record() {
  return keystore::make_record(KeyProof(tests::key(1)), tests::fleet(9), 1, Standing::chosen,
                               keystore::Origin::imported);
}

bool settle(Record& record, const std::vector<PeerVerdict>& peers, bool whole = true) {
  return agent::settle(record, peers, Roster(), KeyProof(tests::key(1)), whole);
}

}  // namespace

TEST_CASE("agreement establishes a host and brings it into the better fleet") {
  const KeyProof proof(tests::key(1));
  Record record = own_record();
  const auto agreed = verdicts({answer(PeerResult::agree, 2)}, Roster());
  REQUIRE(settle(record, agreed));
  CHECK(record.standing == Standing::established);
  CHECK(record.proved_by_peer);
  CHECK(record.settled);
  CHECK(record.fleet == tests::fleet(2));
  CHECK(keystore::is_recorded(proof, record));
  CHECK_FALSE(settle(record, agreed));
}

TEST_CASE("a host settles only with more than half of its list, and only when everybody was asked") {
  const auto half = verdicts({answer(PeerResult::agree, 2), silent(om3), silent({"om4", 1})}, Roster());
  const auto most = verdicts({answer(PeerResult::agree, 2), silent(om3)}, Roster());
  Record record = own_record();
  settle(record, half);
  CHECK_FALSE(record.settled);
  settle(record, most, false);
  CHECK_FALSE(record.settled);
  settle(record, most);
  CHECK(record.settled);
}

TEST_CASE("a claim raises the generation by at most sixteen, and only that of a host that somebody named") {
  const auto generation_after = [](std::uint32_t claimed, bool named) {
    Record record = own_record();
    PeerAnswer given = answer(PeerResult::agree, 2);
    given.claim->fleet = record.fleet;
    given.claim->generation = claimed;
    settle(record, agent::verdicts_of({given}, {{om2, named, std::nullopt}}, Roster()));
    return record.generation;
  };
  CHECK(generation_after(17, true) == 17);
  CHECK(generation_after(18, true) == 1);
  CHECK(generation_after(std::uint32_t{1} << 31U, true) == 1);
  CHECK(generation_after(2, false) == 1);
}

TEST_CASE("only an established host that somebody named may heal a record") {
  const auto heals = [](Standing standing, bool named) {
    PeerAnswer given = answer(PeerResult::agree, 2);
    given.standing = standing;
    const auto peers = agent::verdicts_of({given}, {{om2, named, std::nullopt}}, Roster());
    return agent::healer_among(peers) != nullptr;
  };
  CHECK(heals(Standing::established, true));
  CHECK_FALSE(heals(Standing::chosen, true));
  CHECK_FALSE(heals(Standing::established, false));
}

TEST_CASE("without agreement a record stays as it is") {
  Record record = own_record();
  const Record before = record;
  for (const PeerResult result : platform::all_of<PeerResult>()) {
    if (result == PeerResult::agree) continue;
    PeerAnswer given = answer(result, 2);
    given.claim = tests::claim(0, Standing::established);
    CHECK_FALSE(settle(record, verdicts({given}, Roster())));
  }
  CHECK(record == before);
}

TEST_CASE("what a listener heard in this epoch counts, what it heard in another or of drifted peers does not") {
  const auto settled_by = [](const std::string& heard_in, bool drifted, const Record& own) {
    Record record = own;
    Roster roster;
    Peer heard = peer_at(2, om2);
    heard.epoch = heard_in;
    heard.claim = tests::claim(2);
    if (drifted) heard.drifted = now;
    roster.remember(heard);
    return agent::settle(record, {}, roster, KeyProof(tests::key(1)), false);
  };
  const Record own = own_record();
  CHECK(settled_by(own.epoch, false, own));
  CHECK_FALSE(settled_by(own.epoch, true, own));
  CHECK_FALSE(settled_by("00000000000000bb", false, own));
  CHECK_FALSE(settled_by("", false, own));
}
