// SPDX-License-Identifier: ISC
// What a host answers to whoever asks, with a roster and tickets on disk.
#include "agent/listener/responder.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"

namespace wire = agent::wire;

using agent::Caller;
using agent::Pin;
using agent::Responder;
using agent::Roster;
using agent::TicketBook;
using keystore::KeyProof;
using keystore::Standing;
using platform::Time;
using std::chrono::seconds;
using tests::pin;
using wire::Refusal;

namespace {

constexpr Time start{seconds(1'000'000)};
constexpr std::uint8_t own_number = 1;
const std::string own_epoch = "00000000000000aa";

agent::OwnPart holder() {
  agent::OwnPart own;
  own.pin = pin(own_number);
  own.instance = tests::filled<32>(0x77);
  own.claim = tests::claim(own_number);
  own.key = tests::key(1);
  own.may_hand_over = true;
  own.epoch = own_epoch;
  return own;
}

Caller caller(std::uint8_t number, const std::string& from = "10.0.0.2") {
  return {.pin = pin(number), .from = from, .channel = tests::channel(5)};
}

wire::Agree agree(std::uint8_t key_number, std::uint8_t claim_number = 2) {
  return agent::prove_as_initiator(KeyProof(tests::key(key_number)), tests::channel(5), tests::claim(claim_number));
}

agent::TicketSecret secret(std::uint8_t number) {
  return *agent::TicketSecret::create(tests::secret_of(tests::filled<32>(number)));
}

wire::Join join(std::uint8_t secret_number) {
  wire::Join request;
  request.ticket = tests::filled<16>(1);
  request.secret = secret(secret_number).duplicate();
  request.name = "om2";
  request.address = "om2:27424";
  return request;
}

// One host with its files.
class Answering {
 public:
  explicit Answering(agent::OwnPart own = holder()) : responder_(std::move(own), roster_file(), ticket_file()) {}

  wire::Reply ask(wire::Request request, const Caller& from, Time now = start) {
    auto reply = responder_.respond(request, from, now);
    REQUIRE(reply);
    return std::move(*reply);
  }
  std::optional<Refusal> refusal(wire::Request request, const Caller& from, Time now = start) {
    const auto reply = ask(std::move(request), from, now);
    const auto* refused = std::get_if<wire::Refused>(&reply);
    return refused ? std::optional(refused->why) : std::nullopt;
  }
  void issue(std::uint32_t uses) {
    auto file = ticket_file();
    REQUIRE(file.update([&](TicketBook& book) {
      CHECK(book.add({.id = tests::filled<16>(1),
                      .secret_digest = secret(1).digest(),
                      .expires = start + std::chrono::hours(1),
                      .uses = uses,
                      .used_by = {}},
                     start));
    }));
  }
  // As another process does it, while the listener runs.
  void revoke() {
    auto file = ticket_file();
    REQUIRE(file.update([](TicketBook& book) { book.take_back(tests::filled<16>(1)); }));
  }
  // A person says who that is.
  void pin_host(std::uint8_t number) {
    auto file = roster_file();
    REQUIRE(file.update([&](Roster& roster) {
      roster.remember({.pin = pin(number),
                       .name = "om" + std::to_string(number),
                       .addresses = {"om" + std::to_string(number) + ":27424"},
                       .introduced_by = agent::Introduction::pinned,
                       .seen = start});
    }));
  }
  void remove(std::uint8_t number) {
    auto file = roster_file();
    REQUIRE(file.update([&](Roster& roster) { roster.remove(pin(number), start); }));
  }
  // The same host, started anew with the same files.
  Responder again_as(agent::OwnPart own) { return {std::move(own), roster_file(), ticket_file()}; }
  Roster roster() { return roster_file().current()->get(); }
  TicketBook tickets() { return ticket_file().current()->get(); }
  Responder& responder() { return responder_; }

 private:
  agent::RosterFile roster_file() { return {directory_.path(), platform::current_account()}; }
  agent::TicketFile ticket_file() { return {directory_.path(), platform::current_account()}; }

  tests::TemporaryDirectory directory_;
  Responder responder_;
};

template <class Message>
bool is(const wire::Reply& reply) {
  return std::holds_alternative<Message>(reply);
}

agent::OwnPart without_key() {
  agent::OwnPart own = holder();
  own.key.reset();
  own.may_hand_over = false;
  return own;
}

}  // namespace

TEST_CASE("hello says whether there is a key, to anybody, and nothing else") {
  Answering host;
  CHECK(std::get<wire::HelloReply>(host.ask(wire::Hello{}, caller(2))) ==
        wire::HelloReply{true, tests::filled<32>(0x77)});
  Answering empty(without_key());
  CHECK_FALSE(std::get<wire::HelloReply>(empty.ask(wire::Hello{}, caller(2))).has_key);
  CHECK(host.roster() == Roster());
}

TEST_CASE("whoever proves the key is answered with a proof and is a member from then on") {
  Answering host;
  const wire::Agree request = agree(1);
  const auto reply = host.ask(request, caller(2));
  REQUIRE(is<wire::AgreeReply>(reply));
  CHECK(agent::is_proof(KeyProof(tests::key(1)), tests::channel(5), request, std::get<wire::AgreeReply>(reply)));
  const agent::Roster roster = host.roster();
  REQUIRE(roster.find(pin(2)) != nullptr);
  CHECK(roster.find(pin(2))->epoch == own_epoch);
  CHECK(roster.find(pin(2))->claim == tests::claim(2));
}

TEST_CASE("a stranger that fails the proof learns the standing and no more, and only a counter rises") {
  Answering host;
  const auto reply = host.ask(agree(9), caller(2));
  CHECK(std::get<wire::Disagree>(reply) == wire::Disagree{Standing::chosen, std::nullopt});
  CHECK(host.responder().flush());
  CHECK(host.roster().peers().empty());
  CHECK(host.roster().unknown_failures() == 1);
}

TEST_CASE("a member that fails the proof is drift, and is told the whole claim") {
  Answering host;
  host.ask(agree(1), caller(2));
  const auto reply = host.ask(agree(9), caller(2), start + seconds(5));
  CHECK(std::get<wire::Disagree>(reply).claim == tests::claim(own_number));
  CHECK(host.roster().find(pin(2))->drifted == start + seconds(5));
  CHECK(host.roster().unknown_failures() == 0);
}

TEST_CASE("a weak key is proved only to hosts that somebody vouched for, and others learn nothing from a guess") {
  agent::OwnPart own = holder();
  own.key = *keystore::GenKey::create(tests::secret_of("aaaaaaaaaaaaaaaaaaaaaaaa"));
  Answering host(std::move(own));
  const auto proof = [](std::uint8_t number) {
    const keystore::GenKey weak = *keystore::GenKey::create(tests::secret_of("aaaaaaaaaaaaaaaaaaaaaaaa"));
    return agent::prove_as_initiator(KeyProof(weak), tests::channel(5), tests::claim(number));
  };
  // The same answer to the right key and to a wrong one.
  CHECK(host.refusal(proof(2), caller(2)) == Refusal::not_a_member);
  CHECK(host.refusal(agree(9), caller(2)) == Refusal::not_a_member);
  host.pin_host(2);
  CHECK(is<wire::AgreeReply>(host.ask(proof(2), caller(2))));
  Caller named = caller(3);
  named.allowed_by_ca = true;
  CHECK(is<wire::AgreeReply>(host.ask(proof(3), named)));
}

TEST_CASE("who nobody named is an introduction of itself, and one whom the CA names is that of the CA") {
  Answering host;
  host.ask(agree(1, 2), caller(2));
  Caller named = caller(3);
  named.allowed_by_ca = true;
  host.ask(agree(1, 3), named);
  host.issue(1);
  host.ask(join(1), caller(4));
  CHECK(host.roster().find(pin(2))->introduced_by == agent::Introduction::itself);
  CHECK(host.roster().find(pin(3))->introduced_by == agent::Introduction::ca);
  CHECK(host.roster().find(pin(4))->introduced_by == agent::Introduction::ticket);
}

TEST_CASE(
    "a stranger's wrong proofs have a budget, by address and by pin, and a right one beyond it is not looked at") {
  Answering host;
  const auto number = [](std::uint32_t tries) { return static_cast<std::uint8_t>(100 + tries % 100); };
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_proofs_burst; ++tries)
    CHECK(is<wire::Disagree>(host.ask(agree(9), caller(number(tries)))));
  CHECK(host.refusal(agree(9), caller(3)) == Refusal::banned);
  CHECK(host.refusal(agree(1), caller(3)) == Refusal::banned);
  CHECK(is<wire::AgreeReply>(host.ask(agree(1), caller(3, "10.0.0.9"))));
  CHECK(is<wire::Disagree>(host.ask(agree(9), caller(4), start + seconds(1))));
  CHECK(host.refusal(agree(9), caller(4), start + seconds(1)) == Refusal::banned);

  for (std::uint32_t tries = 0; tries < agent::limits::wrong_proofs_burst; ++tries)
    CHECK(is<wire::Disagree>(host.ask(agree(9), caller(5, "10.1.0." + std::to_string(tries)))));
  CHECK(host.refusal(agree(9), caller(5, "10.0.0.8")) == Refusal::banned);
}

TEST_CASE("a member is told each time that it disagrees, because its start depends on it") {
  Answering host;
  host.ask(agree(1), caller(2));
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_proofs_burst; ++tries) host.ask(agree(9), caller(3));
  CHECK(host.refusal(agree(9), caller(3)) == Refusal::banned);
  for (std::uint32_t tries = 0; tries < 2 * agent::limits::wrong_proofs_burst; ++tries)
    CHECK(is<wire::Disagree>(host.ask(agree(9), caller(2))));
  CHECK(is<wire::AgreeReply>(host.ask(agree(1), caller(2))));
}

TEST_CASE("a host without a key answers no-key and hands nothing over") {
  Answering host(without_key());
  CHECK(is<wire::NoKey>(host.ask(agree(1), caller(2))));
  CHECK(is<wire::NoKey>(host.ask(join(1), caller(2))));
  CHECK(is<wire::NoKey>(host.ask(wire::Refetch{}, caller(2))));
}

TEST_CASE("a host that shows this host's own identity gets nothing but a name for that") {
  Answering host;
  host.issue(1);
  CHECK(host.refusal(agree(1), caller(own_number)) == Refusal::yourself);
  CHECK(host.refusal(join(1), caller(own_number)) == Refusal::yourself);
  CHECK(host.refusal(wire::Refetch{}, caller(own_number)) == Refusal::yourself);
  CHECK(is<wire::HelloReply>(host.ask(wire::Hello{}, caller(own_number))));
}

TEST_CASE("a removed host gets nothing again, with the key or with a ticket") {
  Answering host;
  host.issue(2);
  host.ask(agree(1), caller(2));
  host.remove(2);
  CHECK(host.refusal(agree(1), caller(2)) == Refusal::removed);
  CHECK(host.refusal(join(1), caller(2)) == Refusal::removed);
  CHECK(host.refusal(wire::Refetch{}, caller(2)) == Refusal::removed);
  CHECK(host.roster().find(pin(2)) == nullptr);
}

TEST_CASE("a ticket gives the key, the claim and the members, and is bound before the key goes") {
  Answering host;
  host.issue(1);
  host.pin_host(3);
  host.ask(agree(1, 3), caller(3));
  host.ask(agree(1, 4), caller(4));  // it introduced itself, so it is named to nobody
  const auto reply = host.ask(join(1), caller(2));
  REQUIRE(is<wire::Handover>(reply));
  const auto& given = std::get<wire::Handover>(reply);
  CHECK(given.key.equals(tests::key(1).duplicate_bytes()));
  CHECK(given.claim == tests::claim(own_number));
  REQUIRE(given.roster.size() == 1);
  CHECK(given.roster.front().pin == pin(3));
  const TicketBook book = host.tickets();
  REQUIRE(book.tickets().front().used_by.size() == 1);
  CHECK(book.tickets().front().used_by.front() == agent::TicketUse{pin(2), false});
}

TEST_CASE("a reply that was lost is given again to the same host, until that host proved the key") {
  Answering host;
  host.issue(1);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(2))));
  CHECK(is<wire::Handover>(host.ask(join(1), caller(2))));
  CHECK(host.refusal(join(1), caller(3)) == Refusal::used_ticket);
  CHECK(is<wire::AgreeReply>(host.ask(agree(1), caller(2))));
  CHECK(host.refusal(join(1), caller(2)) == Refusal::used_ticket);
}

TEST_CASE("an expired ticket gives nothing, by this host's clock") {
  Answering host;
  host.issue(1);
  CHECK(host.refusal(join(1), caller(2), start + std::chrono::hours(1)) == Refusal::expired_ticket);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(2), start + std::chrono::hours(1) - seconds(1))));
}

TEST_CASE("a ticket that a person revokes gives nothing from then on, also to the host that holds its use") {
  Answering host;
  host.issue(2);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(3))));
  host.revoke();
  CHECK(host.refusal(join(1), caller(2)) == Refusal::unknown_ticket);
  CHECK(host.refusal(join(1), caller(3)) == Refusal::unknown_ticket);
}

TEST_CASE("five wrong secrets ban that pin and that address for a while, never the ticket") {
  Answering host;
  host.issue(1);
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_secrets; ++tries)
    CHECK(host.refusal(join(2), caller(2)) == Refusal::unknown_ticket);
  CHECK(host.refusal(join(1), caller(2, "10.0.0.9")) == Refusal::banned);
  CHECK(host.refusal(join(1), caller(9)) == Refusal::banned);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(3, "10.0.0.3"))));
}

TEST_CASE("a ban ends") {
  Answering host;
  host.issue(1);
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_secrets; ++tries) host.refusal(join(2), caller(2));
  CHECK(host.refusal(join(1), caller(2), start + agent::limits::ban) == Refusal::banned);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(2), start + agent::limits::ban + seconds(1))));
}

TEST_CASE("a banned host may still prove the key that it holds") {
  Answering host;
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_secrets; ++tries) host.refusal(join(2), caller(2));
  CHECK(is<wire::AgreeReply>(host.ask(agree(1), caller(2))));
}

TEST_CASE("a host that is not sure of its own key hands nothing over, whatever the ticket") {
  agent::OwnPart own = holder();
  own.may_hand_over = false;
  Answering host(std::move(own));
  host.issue(1);
  CHECK(host.refusal(join(1), caller(2)) == Refusal::not_ready);
  CHECK(is<wire::AgreeReply>(host.ask(agree(1), caller(2))));
  CHECK(host.refusal(wire::Refetch{}, caller(2)) == Refusal::not_ready);
  host.responder().set_claim(tests::claim(own_number, Standing::established), true);
  CHECK(is<wire::Handover>(host.ask(join(1), caller(2))));
}

TEST_CASE("a member that lost its key gets it again, and a stranger does not") {
  Answering host;
  CHECK(host.refusal(wire::Refetch{}, caller(2)) == Refusal::not_a_member);
  host.ask(agree(1), caller(2));
  CHECK(is<wire::Handover>(host.ask(wire::Refetch{"om2", "om2:1"}, caller(2))));
}

TEST_CASE("a member that proved only an earlier key does not get this one") {
  Answering host;
  host.ask(agree(1), caller(2));
  agent::OwnPart next = holder();
  next.epoch = "00000000000000bb";
  Responder replaced = host.again_as(std::move(next));
  const auto reply = replaced.respond(wire::Refetch{"om2", "om2:1"}, caller(2), start);
  REQUIRE(reply);
  REQUIRE(is<wire::Refused>(*reply));
  CHECK(std::get<wire::Refused>(*reply).why == Refusal::not_a_member);
}

TEST_CASE("a host that is configured not to gives no key again") {
  agent::OwnPart own = holder();
  own.refetch = false;
  Answering host(std::move(own));
  host.ask(agree(1), caller(2));
  CHECK(host.refusal(wire::Refetch{}, caller(2)) == Refusal::not_offered);
}

TEST_CASE("without a ticket the key goes only where the configuration and the CA both say so") {
  for (const bool configured : {false, true}) {
    for (const bool allowed : {false, true}) {
      agent::OwnPart own = holder();
      own.without_ticket = configured;
      Answering host(std::move(own));
      Caller from = caller(2);
      from.allowed_by_ca = allowed;
      CHECK(is<wire::Handover>(host.ask(wire::Join{}, from)) == (configured && allowed));
    }
  }
}

TEST_CASE("a proof that says nothing new is not written again") {
  Answering host;
  host.ask(agree(1), caller(2));
  const Roster before = host.roster();
  host.ask(agree(1), caller(2), start + seconds(60));
  CHECK(host.roster() == before);
  host.ask(agree(1), caller(2), start + agent::limits::seen_again);
  CHECK(host.roster().find(pin(2))->seen == start + agent::limits::seen_again);
}

TEST_CASE("a hand-over names no more members than the limit, and never the host itself") {
  Answering host;
  host.issue(1);
  for (std::size_t number = 10; number < 10 + agent::limits::roster_in_handover + 20; ++number) {
    host.pin_host(static_cast<std::uint8_t>(number));
    host.ask(agree(1), caller(static_cast<std::uint8_t>(number)));
  }
  const auto reply = host.ask(join(1), caller(12));
  REQUIRE(is<wire::Handover>(reply));
  const auto& given = std::get<wire::Handover>(reply);
  CHECK(given.roster.size() == agent::limits::roster_in_handover);
  CHECK(std::ranges::count(given.roster, pin(12), &wire::ListedPeer::pin) == 0);
}

namespace {

agent::OwnPart reporter(int* wanted = nullptr) {
  agent::OwnPart own = holder();
  own.facts = {.current =
                   [] {
                     return agent::ReportedFacts{{{"om.version", "8.0.15"}}, std::chrono::minutes(5)};
                   },
               .collect = [wanted]() -> platform::Result<void> {
                 if (wanted != nullptr) ++*wanted;
                 return {};
               }};
  return own;
}

wire::AskFacts ask_facts(std::uint8_t key_number, bool fresh = false) {
  return agent::ask_for_facts(keystore::FactsProof(tests::key(key_number)), tests::channel(5), tests::claim(2), fresh);
}

}  // namespace

TEST_CASE("facts go to whoever proves the key, and the roster learns nothing from that") {
  Answering host(reporter());
  const wire::AskFacts request = ask_facts(1);
  const auto reply = host.ask(request, caller(2));
  REQUIRE(is<wire::FactsReply>(reply));
  const auto facts = agent::facts_in(keystore::FactsProof(tests::key(1)), tests::channel(5), request,
                                     std::get<wire::FactsReply>(reply));
  REQUIRE(facts);
  CHECK(facts->facts.at("om.version") == "8.0.15");
  CHECK(facts->age == std::chrono::minutes(5));
  CHECK(host.roster() == Roster());
}

TEST_CASE("no facts go to a host with another key, a known one or not, to a removed one or to this host itself") {
  Answering host(reporter());
  CHECK(is<wire::Disagree>(host.ask(ask_facts(9), caller(2))));
  host.ask(agree(1), caller(3));
  CHECK(is<wire::Disagree>(host.ask(ask_facts(9), caller(3))));
  CHECK(host.roster().find(pin(3))->drifted == start);
  host.remove(3);
  CHECK(host.refusal(ask_facts(1), caller(3)) == Refusal::removed);
  CHECK(host.refusal(ask_facts(1), caller(own_number)) == Refusal::yourself);
}

TEST_CASE("a proof of agreement, or one of another connection, gives no facts") {
  Answering host(reporter());
  CHECK(is<wire::Disagree>(host.ask(wire::AskFacts{tests::claim(2), agree(1).tag, false}, caller(2))));
  Caller elsewhere = caller(2);
  elsewhere.channel = tests::channel(6);
  CHECK(is<wire::Disagree>(host.ask(ask_facts(1), elsewhere)));
  wire::AskFacts changed = ask_facts(1);
  changed.fresh = true;
  CHECK(is<wire::Disagree>(host.ask(changed, caller(2))));
}

TEST_CASE("a host that is configured to report nothing says so, whatever the proof is worth") {
  Answering host;
  CHECK(host.refusal(ask_facts(1), caller(2)) == Refusal::not_offered);
  CHECK(host.refusal(ask_facts(9), caller(2)) == Refusal::not_offered);
  agent::OwnPart own = reporter();
  own.key.reset();
  Answering empty(std::move(own));
  CHECK(is<wire::NoKey>(empty.ask(ask_facts(1), caller(2))));
}

TEST_CASE("wrong proofs for facts use up the same budget as those of agreement") {
  Answering host(reporter());
  for (std::uint32_t tries = 0; tries < agent::limits::wrong_proofs_burst; ++tries)
    CHECK(is<wire::Disagree>(host.ask(ask_facts(9), caller(3))));
  CHECK(host.refusal(ask_facts(1), caller(3)) == Refusal::banned);
  CHECK(host.refusal(agree(1), caller(3)) == Refusal::banned);
}

TEST_CASE("with a weak key facts go only to hosts that somebody vouched for") {
  const auto weak = [] { return *keystore::GenKey::create(tests::secret_of("aaaaaaaaaaaaaaaaaaaaaaaa")); };
  agent::OwnPart own = reporter();
  own.key = weak();
  Answering host(std::move(own));
  const auto request = agent::ask_for_facts(keystore::FactsProof(weak()), tests::channel(5), tests::claim(2), false);
  CHECK(host.refusal(request, caller(2)) == Refusal::not_a_member);
  CHECK(host.refusal(ask_facts(9), caller(2)) == Refusal::not_a_member);
  host.pin_host(2);
  CHECK(is<wire::FactsReply>(host.ask(request, caller(2))));
}

TEST_CASE("only a proved request for fresh facts asks for a collection") {
  int wanted = 0;
  Answering host(reporter(&wanted));
  host.ask(ask_facts(1), caller(2));
  host.ask(ask_facts(9, true), caller(2));
  CHECK(wanted == 0);
  host.ask(ask_facts(1, true), caller(2));
  CHECK(wanted == 1);
}

TEST_CASE("facts that no message may have are left out, and the rest goes") {
  agent::OwnPart own = reporter();
  own.facts.current = [] {
    agent::ReportedFacts reported{{{"a", "\x1b"}, {"setting.mms.mail.port", "25"}}, std::nullopt};
    for (int at = 0; at < 200; ++at) reported.facts.emplace("z" + std::to_string(at), "");
    return reported;
  };
  Answering host(std::move(own));
  const auto reply = host.ask(ask_facts(1), caller(2));
  const auto& facts = std::get<wire::FactsReply>(reply).facts;
  CHECK(agent::are_valid(facts));
  CHECK_FALSE(facts.contains("a"));
  CHECK(facts.at("setting.mms.mail.port") == "a7c54a83ff6f2beabe91a12a61f2ff86");
}
