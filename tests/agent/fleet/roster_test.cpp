// SPDX-License-Identifier: ISC
// The peers that a host knows: who is a member, who was removed, and who may take whose place.
#include "agent/fleet/roster.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "agent/fleet/state_files.h"
#include "tests/agent/samples.h"

using agent::Acquaintance;
using agent::Peer;
using agent::Pin;
using agent::Roster;
using platform::Time;
using std::chrono::seconds;
using tests::pin;

namespace {

Time at(int second) { return Time(seconds(second)); }

Peer peer(std::uint8_t number, int seen = 100) {
  return {.pin = pin(number),
          .name = "om" + std::to_string(number),
          .address = "om" + std::to_string(number) + ":27424",
          .acquaintance = Acquaintance::proved,
          .seen = at(seen),
          .epoch = "00000000000000aa"};
}

Roster roster_of(std::initializer_list<std::uint8_t> numbers) {
  Roster roster;
  for (const std::uint8_t number : numbers) roster.remember(peer(number));
  return roster;
}

Pin pin_number(std::size_t number) {
  Pin numbered;
  for (std::size_t place = 0; place < sizeof number; ++place)
    numbered.bytes.at(place) = static_cast<std::byte>(number >> (8 * place));
  return numbered;
}

}  // namespace

TEST_CASE("a removed peer stays removed, whatever it proves later") {
  Roster roster = roster_of({1, 2});
  REQUIRE(roster.remove("om1", at(200)).size() == 1);
  CHECK(roster.is_removed(pin(1)));
  roster.remember(peer(1, 300));
  CHECK(roster.find(pin(1)) == nullptr);
  CHECK(roster.is_removed(pin(1)));
  CHECK(roster.find(pin(2)) != nullptr);
}

TEST_CASE("a peer is removed by name, by address or by pin") {
  for (const std::string& which : {std::string("om1"), std::string("om1:27424"), pin(1).text()}) {
    CAPTURE(which);
    Roster roster = roster_of({1, 2});
    CHECK(roster.remove(which, at(200)).size() == 1);
    CHECK(roster.is_removed(pin(1)));
    CHECK_FALSE(roster.is_removed(pin(2)));
  }
}

TEST_CASE("a pin may be removed before it was ever met, and a name that nobody has removes nothing") {
  Roster roster;
  CHECK(roster.remove("om9", at(1)).empty());
  CHECK(roster.removed().empty());
  CHECK(roster.remove(pin(9).text(), at(1)).size() == 1);
  roster.remember(peer(9));
  CHECK(roster.peers().empty());
}

TEST_CASE("a person can take a removal back") {
  Roster roster = roster_of({1});
  roster.remove("om1", at(200));
  roster.forgive(pin(1));
  roster.remember(peer(1, 300));
  CHECK(roster.find(pin(1)) != nullptr);
}

TEST_CASE("whoever proves the key at an address that we asked takes it over") {
  Roster roster = roster_of({1, 2});
  const auto gone = roster.take_address("om1:27424", pin(3));
  REQUIRE(gone.size() == 1);
  CHECK(gone.front().pin == pin(1));
  CHECK(roster.take_address("om2:27424", pin(2)).empty());
  CHECK(roster.find(pin(2)) != nullptr);
}

TEST_CASE("an address that a peer merely claims moves nobody") {
  Roster roster = roster_of({1});
  Peer claims = peer(2);
  claims.address = "om1:27424";
  roster.remember(claims);
  CHECK(roster.find(pin(1)) != nullptr);
  CHECK(roster.at("om1:27424").size() == 2);
}

TEST_CASE("a peer that a person pinned stays so when it proves the key") {
  Roster roster;
  Peer pinned = peer(1);
  pinned.acquaintance = Acquaintance::pinned;
  pinned.last_result = "agree";
  roster.remember(pinned);
  roster.remember(peer(1, 500));
  CHECK(roster.find(pin(1))->acquaintance == Acquaintance::pinned);
  CHECK(roster.find(pin(1))->last_result == "agree");
  CHECK(roster.find(pin(1))->seen == at(500));
}

TEST_CASE("drift is dated from its first sight, and a new proof ends it") {
  Roster roster = roster_of({1});
  roster.record_drift(pin(1), at(200));
  roster.record_drift(pin(1), at(300));
  CHECK(roster.find(pin(1))->drifted == at(200));
  roster.remember(peer(1, 400));
  CHECK_FALSE(roster.find(pin(1))->drifted);
  roster.record_drift(pin(9), at(500));
  CHECK(roster.peers().size() == 1);
}

TEST_CASE("members hold the key of this epoch, those seen last first") {
  Roster roster;
  roster.remember(peer(1, 100));
  roster.remember(peer(2, 300));
  Peer old = peer(3, 900);
  old.epoch = "00000000000000bb";
  roster.remember(old);
  Peer told = peer(4, 900);
  told.epoch = "";
  roster.remember(told);
  const auto members = roster.members("00000000000000aa");
  REQUIRE(members.size() == 2);
  CHECK(members[0]->pin == pin(2));
  CHECK(members[1]->pin == pin(1));
  CHECK(roster.members("").empty());
}

TEST_CASE("a full roster loses whoever was unseen for longest, never one that a person pinned") {
  Roster roster;
  Peer pinned = peer(1, 0);
  pinned.pin = pin_number(0);
  pinned.acquaintance = Acquaintance::pinned;
  roster.remember(pinned);
  for (std::size_t number = 1; number < agent::limits::roster; ++number) {
    Peer one = peer(1, static_cast<int>(1000 + number));
    one.pin = pin_number(number);
    roster.remember(one);
  }
  REQUIRE(roster.peers().size() == agent::limits::roster);
  Peer newcomer = peer(1, 99'999);
  newcomer.pin = pin_number(agent::limits::roster);
  roster.remember(newcomer);
  CHECK(roster.peers().size() == agent::limits::roster);
  CHECK(roster.find(newcomer.pin) != nullptr);
  CHECK(roster.find(pin_number(0)) != nullptr);
  CHECK(roster.find(pin_number(1)) == nullptr);
  CHECK(roster.find(pin_number(2)) != nullptr);
}

TEST_CASE("an address is added once") {
  Roster roster;
  roster.add_address("om1:1");
  roster.add_address("om1:1");
  CHECK(roster.addresses() == std::vector<std::string>{"om1:1"});
}

TEST_CASE("a roster is read as it was written") {
  Roster roster = roster_of({1, 2, 3});
  Peer full = peer(4);
  full.claim = tests::claim(4);
  full.drifted = at(5);
  full.last_result = "disagree";
  roster.remember(full);
  roster.remove("om2", at(6));
  roster.add_address("om9:9");
  roster.count_unknown_failure();
  roster.record_verify(at(7));
  const auto read = agent::decode_roster(agent::encode(roster));
  REQUIRE(read);
  CHECK(*read == roster);
}

TEST_CASE("a roster that is none, or has an entry that is none, is refused as a whole") {
  const std::string head = R"({"schema":"genkey-agent/roster/1",)";
  const std::string good_peer = head + R"("peers":[{"pin":")" + pin(1).text();
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string(R"({"schema":"genkey-agent/roster/2"})"), head + R"("peers":[1]})",
        head + R"("peers":[{"pin":"00","acquaintance":"proved"}]})", good_peer + R"(","acquaintance":"friend"}]})",
        good_peer + R"(","acquaintance":"proved","name":"a\nb"}]})", head + R"("removed":[{}]})",
        head + R"("addresses":["a b"]})"}) {
    CAPTURE(text);
    const auto read = agent::decode_roster(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == platform::ErrorKind::configuration);
  }
}

TEST_CASE("nothing in a roster that the agent's account wrote moves a cursor on root's terminal") {
  const std::string head = R"({"schema":"genkey-agent/roster/1",)";
  const std::string peer = head + R"("peers":[{"acquaintance":"proved","pin":")" + pin(1).text() + "\",";
  const std::string gone = head + R"("removed":[{"pin":")" + pin(1).text() + "\",";
  for (const std::string& text : {peer + R"("last_result":"\u001b[2J"}]})", peer + R"("epoch":"\u001b[2J"}]})",
                                  peer + R"("address":"\u001b[2J"}]})", gone + R"("name":"\u001b[2J"}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::decode_roster(text));
  }
  CHECK(agent::decode_roster(peer + R"("last_result":"no-key"}]})"));
  CHECK(agent::decode_roster(gone + R"("name":""}]})"));
}

TEST_CASE("the fullest roster, with the longest names, can be read again") {
  const std::string name(agent::limits::name_length, 'n');
  const std::string address(agent::limits::address_length, 'a');
  Peer longest = peer(1);
  longest.name = name;
  longest.address = address;
  longest.claim = tests::claim(1, keystore::Standing::established);
  longest.claim->generation = keystore::largest_generation;
  longest.claim->name = name;
  longest.claim->address = address;
  longest.drifted = longest.seen = platform::now();
  longest.epoch = "0123456789abcdef";
  longest.last_result = "incompatible";
  Roster roster;
  roster.set_peers(std::vector<Peer>(agent::limits::roster, longest));
  roster.set_removed(std::vector<agent::Removed>(agent::limits::removed, {pin(2), name, platform::now()}));
  roster.set_addresses(std::vector<std::string>(agent::limits::roster, address));
  CHECK(agent::encode(roster).size() <= agent::limits::roster_file);
}

TEST_CASE("a damaged list never lifts a removal in silence") {
  CHECK_FALSE(agent::decode_roster(R"({"schema":"genkey-agent/roster/1","removed":{}})"));
}
