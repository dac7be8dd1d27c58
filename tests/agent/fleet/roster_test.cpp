// SPDX-License-Identifier: ISC
// The peers that a host knows: who is a member, who was removed, and who may take whose place.
#include "agent/fleet/roster.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "agent/fleet/state_file.h"
#include "tests/agent/samples.h"

using agent::Introduction;
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
          .addresses = {"om" + std::to_string(number) + ":27424"},
          .introduced_by = Introduction::configured,
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
  roster.remove(pin(1), at(200));
  CHECK(roster.is_removed(pin(1)));
  roster.remember(peer(1, 300));
  CHECK(roster.find(pin(1)) == nullptr);
  CHECK(roster.find(pin(2)) != nullptr);
}

TEST_CASE("a removal covers the addresses of the host, and not those that it only claimed of others") {
  Roster roster = roster_of({1, 2});
  Peer thief = peer(3);
  thief.addresses = {};
  thief.claimed = "om2:27424";
  roster.remember(thief);
  roster.remove(pin(1), at(200));
  roster.remove(pin(3), at(200));
  CHECK(roster.removal_of("om1:27424") != nullptr);
  CHECK(roster.removal_of("om2:27424") == nullptr);
}

TEST_CASE("a peer is meant by name, by address or by pin, and a name may mean several") {
  Roster roster = roster_of({1, 2});
  for (const std::string& which : {std::string("om1"), std::string("om1:27424"), pin(1).text()}) {
    CAPTURE(which);
    REQUIRE(roster.named(which).size() == 1);
    CHECK(roster.named(which).front()->pin == pin(1));
  }
  Peer same = peer(3);
  same.name = "om1";
  roster.remember(same);
  CHECK(roster.named("om1").size() == 2);
  CHECK(roster.named("om9").empty());
}

TEST_CASE("a pin may be removed before it was ever met") {
  Roster roster;
  roster.remove(pin(9), at(1));
  roster.remember(peer(9));
  CHECK(roster.peers().empty());
}

TEST_CASE("a person can take a removal back, by the pin and by the address") {
  Roster roster = roster_of({1});
  roster.remove(pin(1), at(200));
  roster.forgive(pin(1));
  roster.remember(peer(1, 300));
  CHECK(roster.find(pin(1)) != nullptr);
  roster.remove_address("om9:27424", at(300));
  roster.forgive("om9:27424");
  CHECK(roster.removal_of("om9:27424") == nullptr);
}

TEST_CASE("an address moves to the host that a person or a proof names, and its last owner without one goes") {
  Roster roster = roster_of({1, 2});
  roster.remember(peer(3));
  const auto former = roster.move_address("om1:27424", pin(3));
  REQUIRE(former);
  CHECK(former->pin == pin(1));
  CHECK(roster.find(pin(1)) == nullptr);
  CHECK(roster.owner_of("om1:27424") == roster.find(pin(3)));
  CHECK_FALSE(roster.move_address("om2:27424", pin(2)));
  CHECK(roster.find(pin(2)) != nullptr);
}

TEST_CASE("an address that a peer merely claims moves nobody") {
  Roster roster = roster_of({1});
  Peer claims = peer(2);
  claims.addresses = {"om1:27424"};
  claims.claimed = "om1:27424";
  roster.remember(claims);
  CHECK(roster.owner_of("om1:27424") == roster.find(pin(1)));
  CHECK(roster.find(pin(2))->addresses.empty());
}

TEST_CASE("who nobody named owns no address by claiming it") {
  Roster roster;
  Peer claims = peer(1);
  claims.addresses = {};
  claims.claimed = "om1:27424";
  claims.introduced_by = Introduction::itself;
  roster.remember(claims);
  CHECK(roster.owner_of("om1:27424") == nullptr);
  claims.introduced_by = Introduction::ticket;
  roster.remember(claims);
  CHECK(roster.owner_of("om1:27424") == roster.find(pin(1)));
}

TEST_CASE("the strongest introduction stays, and a proof to the listener keeps the last result") {
  Roster roster;
  Peer pinned = peer(1);
  pinned.introduced_by = Introduction::pinned;
  pinned.last = agent::LastResult{agent::PeerResult::unreachable, at(90)};
  roster.remember(pinned);
  Peer proof = peer(1, 500);
  proof.introduced_by = Introduction::itself;
  roster.remember(proof);
  CHECK(roster.find(pin(1))->introduced_by == Introduction::pinned);
  CHECK(roster.find(pin(1))->last->result == agent::PeerResult::unreachable);
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

TEST_CASE("a full roster loses whoever introduced itself and was unseen for longest, and never a named host for it") {
  Roster roster;
  Peer named = peer(1, 0);
  named.pin = pin_number(0);
  roster.remember(named);
  for (std::size_t number = 1; number < agent::limits::roster; ++number) {
    Peer one = peer(1, static_cast<int>(1000 + number));
    one.pin = pin_number(number);
    one.addresses = {};
    one.introduced_by = Introduction::itself;
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
  full.last = agent::LastResult{agent::PeerResult::disagree, at(5)};
  full.addresses.emplace_back("[::1]:27424");
  roster.remember(full);
  roster.add_address("om9:9");
  roster.count_unknown_failures(1);
  roster.record_result("om9:9", {agent::PeerResult::unreachable, at(6)});
  roster.record_verify(at(7));
  const auto read = agent::decode_roster(agent::encode(roster), {});
  REQUIRE(read);
  CHECK(*read == roster);
  CHECK(agent::decode_line(agent::encode_line(full)) == full);
}

TEST_CASE("removals are read as they were written") {
  Roster roster = roster_of({1});
  roster.remove(pin(1), at(6));
  roster.remove_address("om9:9", at(7));
  const agent::Removals removals{roster.removed()};
  CHECK(*agent::decode_removals(agent::encode(removals)) == removals);
  for (const char* text : {"", "{}", R"({"schema":"genkey-agent/removed/1","removed":{}})",
                           R"({"schema":"genkey-agent/removed/1","removed":[{}]})",
                           R"({"schema":"genkey-agent/removed/1","removed":[{"pin":"00"}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::decode_removals(text));
  }
}

TEST_CASE("a roster that is none, or has an entry that is none, is refused as a whole") {
  const std::string head = R"({"schema":"genkey-agent/roster/1",)";
  const std::string good_peer = head + R"("peers":[{"pin":")" + pin(1).text();
  for (const std::string& text :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string(R"({"schema":"genkey-agent/roster/3"})"), head + R"("peers":[1]})",
        head + R"("peers":[{"pin":"00","acquaintance":"proved"}]})", good_peer + R"(","acquaintance":"friend"}]})",
        good_peer + R"(","acquaintance":"proved","name":"a\nb"}]})", head + R"("removed":[{}]})",
        head + R"("addresses":["a b"]})"}) {
    CAPTURE(text);
    const auto read = agent::decode_roster(text, {});
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == platform::ErrorKind::configuration);
  }
}

TEST_CASE("nothing in a roster that the agent's account wrote moves a cursor on root's terminal") {
  const std::string head = R"({"schema":"genkey-agent/roster/1",)";
  const std::string peer = head + R"("peers":[{"acquaintance":"proved","pin":")" + pin(1).text() + "\",";
  const std::string gone = head + R"("removed":[{"pin":")" + pin(1).text() + "\",";
  for (const std::string& text :
       {peer + R"("epoch":"\u001b[2J"}]})", peer + R"("name":"\u001b[2J"}]})", gone + R"("name":"\u001b[2J"}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::decode_roster(text, {}));
  }
  CHECK(agent::decode_roster(peer + R"("last_result":"no-key"}]})", {}));
  CHECK(agent::decode_roster(gone + R"("name":""}]})", {}));
}

TEST_CASE("the fullest roster, with the longest names, can be read again") {
  const std::string name(agent::limits::name_length, 'n');
  const std::string address = std::string(agent::limits::name_length, 'a') + ":27424";
  Peer longest = peer(1);
  longest.name = name;
  longest.addresses.assign(agent::limits::addresses_of_peer, address);
  longest.claimed = address;
  longest.claim = tests::claim(1, keystore::Standing::established);
  longest.claim->generation = keystore::largest_generation;
  longest.claim->name = name;
  longest.claim->address = address;
  longest.drifted = longest.seen = platform::now();
  longest.epoch = "0123456789abcdef";
  longest.last = agent::LastResult{agent::PeerResult::incompatible, platform::now()};
  Roster roster;
  roster.set_peers(std::vector<Peer>(agent::limits::roster, longest));
  roster.set_addresses(std::vector<std::string>(agent::limits::roster, address));
  agent::UnmetAddresses unmet;
  for (std::size_t number = 0; number < agent::limits::roster; ++number)
    unmet.emplace(address.substr(4) + std::to_string(1000 + number % 9000), *longest.last);
  roster.set_unmet(unmet);
  const agent::Removals removals{
      std::vector<agent::Removed>(agent::limits::removed, {pin(2), longest.addresses, name, platform::now()})};
  CHECK(agent::encode(removals).size() <= agent::limits::roster_file);
  CHECK(agent::encode(roster).size() <= agent::limits::roster_file);
}

TEST_CASE("a damaged list never lifts a removal in silence") {
  CHECK_FALSE(agent::decode_roster(R"({"schema":"genkey-agent/roster/1","removed":{}})", {}));
}
