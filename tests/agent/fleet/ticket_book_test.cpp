// SPDX-License-Identifier: ISC
// Who may still receive the key with a ticket.
#include "agent/fleet/ticket_book.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "agent/fleet/state_file.h"
#include "tests/agent/samples.h"

using agent::IssuedTicket;
using agent::TicketBook;
using agent::TicketSecret;
using agent::TicketState;
using agent::wire::Refusal;
using platform::Time;
using std::chrono::seconds;
using tests::pin;

namespace {

constexpr Time issued{seconds(1'000'000)};
constexpr Time expiry{seconds(1'003'600)};

TicketSecret secret(std::uint8_t number) { return *TicketSecret::create(tests::secret_of(tests::filled<32>(number))); }

IssuedTicket ticket(std::uint8_t number, std::uint32_t uses = 1) {
  return {.id = tests::filled<16>(number),
          .secret_digest = secret(number).digest(),
          .expires = expiry,
          .uses = uses,
          .used_by = {}};
}

TicketBook book_with(std::uint32_t uses) {
  TicketBook book;
  REQUIRE(book.add(ticket(1, uses), issued));
  return book;
}

std::optional<Refusal> redeem(TicketBook& book, std::uint8_t by, Time now = issued) {
  bool changed = false;
  return book.redeem(tests::filled<16>(1), secret(1), pin(by), now, changed);
}

}  // namespace

TEST_CASE("a ticket belongs to the first host that uses it") {
  TicketBook book = book_with(1);
  CHECK_FALSE(redeem(book, 1));
  CHECK(redeem(book, 2) == Refusal::used_ticket);
}

TEST_CASE("the same host may retry until expiry, and no later") {
  TicketBook book = book_with(1);
  CHECK_FALSE(redeem(book, 1));
  CHECK_FALSE(redeem(book, 1, expiry - seconds(1)));
  CHECK(redeem(book, 1, expiry) == Refusal::expired_ticket);
}

TEST_CASE("a use is spent once its host proved the key, and not before") {
  TicketBook book = book_with(1);
  CHECK_FALSE(book.spend(pin(1)));
  CHECK_FALSE(redeem(book, 1));
  CHECK(book.spend(pin(1)));
  CHECK_FALSE(book.spend(pin(1)));
  CHECK(redeem(book, 1) == Refusal::used_ticket);
}

TEST_CASE("a ticket for several hosts serves as many as it says") {
  TicketBook book = book_with(3);
  for (std::uint8_t host = 1; host <= 3; ++host) CHECK_FALSE(redeem(book, host));
  CHECK(redeem(book, 4) == Refusal::used_ticket);
  CHECK_FALSE(redeem(book, 2));
}

TEST_CASE("a ticket that was taken back is good for nobody, and the others stay") {
  TicketBook book = book_with(1);
  REQUIRE(book.add(ticket(2), issued));
  book.take_back(tests::filled<16>(1));
  CHECK(redeem(book, 1) == Refusal::unknown_ticket);
  CHECK(book.tickets() == std::vector<IssuedTicket>{ticket(2)});
}

TEST_CASE("a ticket tells what it is still good for") {
  IssuedTicket one = ticket(1, 2);
  CHECK(state_of(one, issued) == TicketState::open);
  one.used_by.push_back({pin(1), false});
  CHECK(uses_left(one) == 1);
  CHECK(state_of(one, issued) == TicketState::open);
  one.used_by.push_back({pin(2), false});
  CHECK(uses_left(one) == 0);
  CHECK(state_of(one, issued) == TicketState::used_up);
  CHECK(state_of(one, expiry) == TicketState::expired);
  one.used_by.push_back({pin(3), false});
  CHECK(uses_left(one) == 0);
}

TEST_CASE("a ticket is found by its id, and no other is") {
  const TicketBook book = book_with(1);
  REQUIRE(book.find(tests::filled<16>(1)) != nullptr);
  CHECK(*book.find(tests::filled<16>(1)) == ticket(1));
  CHECK(book.find(tests::filled<16>(2)) == nullptr);
}

TEST_CASE("when a ticket was made is kept, and is unknown for one of an earlier version") {
  IssuedTicket one = ticket(1);
  one.made = issued;
  TicketBook book;
  REQUIRE(book.add(one, issued));
  REQUIRE(book.add(ticket(2), issued));
  const auto read = agent::decode_ticket_book(agent::encode(book));
  REQUIRE(read);
  CHECK(read->tickets().front().made == issued);
  CHECK_FALSE(read->tickets().back().made);
}

TEST_CASE("a wrong secret or id uses nothing up and says the same") {
  TicketBook book = book_with(1);
  bool changed = true;
  CHECK(book.redeem(tests::filled<16>(1), secret(2), pin(1), issued, changed) == Refusal::unknown_ticket);
  CHECK_FALSE(changed);
  CHECK(book.redeem(tests::filled<16>(2), secret(1), pin(1), issued, changed) == Refusal::unknown_ticket);
  CHECK(book == book_with(1));
}

TEST_CASE("whoever does not know the secret does not learn that a ticket expired") {
  TicketBook book = book_with(1);
  bool changed = false;
  CHECK(book.redeem(tests::filled<16>(1), secret(2), pin(1), expiry, changed) == Refusal::unknown_ticket);
}

TEST_CASE("only a new binding changes the book") {
  TicketBook book = book_with(2);
  bool changed = false;
  CHECK_FALSE(book.redeem(tests::filled<16>(1), secret(1), pin(1), issued, changed));
  CHECK(changed);
  CHECK_FALSE(book.redeem(tests::filled<16>(1), secret(1), pin(1), issued, changed));
  CHECK_FALSE(changed);
}

TEST_CASE("only the issuer's clock counts: a ticket holds no date") {
  // A year to either side, on the side of the joiner, is nowhere in what it sends.
  TicketBook book = book_with(1);
  CHECK_FALSE(redeem(book, 1, issued - std::chrono::days(365)));
  CHECK(redeem(book, 1, issued + std::chrono::days(365)) == Refusal::expired_ticket);
}

TEST_CASE("a full book takes no more until tickets expire") {
  TicketBook book;
  for (std::size_t at = 0; at < agent::limits::tickets; ++at) REQUIRE(book.add(ticket(1), issued));
  CHECK_FALSE(book.add(ticket(2), issued));
  CHECK(book.add(ticket(2), expiry));
  CHECK(book.tickets().size() == 1);
}

TEST_CASE("the fullest book, with every use taken, can be read again") {
  TicketBook book;
  const std::uint32_t most = agent::limits::ticket_uses_in_all / agent::limits::tickets;
  for (std::size_t at = 0; at < agent::limits::tickets; ++at) {
    IssuedTicket used = ticket(1, most);
    used.made = issued;
    used.used_by.assign(most, {pin(1), false});
    REQUIRE(book.add(std::move(used), issued));
  }
  CHECK(agent::encode(book).size() <= agent::limits::ticket_file);
}

TEST_CASE("a book takes no more uses than fit, however few tickets they are of") {
  TicketBook book;
  for (std::uint32_t left = agent::limits::ticket_uses_in_all; left > 0;) {
    const std::uint32_t uses = std::min(left, agent::limits::ticket_uses);
    REQUIRE(book.add(ticket(1, uses), issued));
    left -= uses;
  }
  CHECK_FALSE(book.add(ticket(2, 1), issued));
  CHECK(book.add(ticket(2, 1), expiry));
}

TEST_CASE("a book is read as it was written") {
  TicketBook book = book_with(2);
  CHECK_FALSE(redeem(book, 1));
  CHECK_FALSE(redeem(book, 2));
  CHECK(book.spend(pin(2)));
  const auto read = agent::decode_ticket_book(agent::encode(book));
  REQUIRE(read);
  CHECK(*read == book);
}

TEST_CASE("what is no book of tickets is refused") {
  for (const char* text :
       {"", "{}", "[]", "null", R"({"schema":"genkey-agent/roster/1"})",
        R"({"schema":"genkey-agent/tickets/1","tickets":{}})", R"({"schema":"genkey-agent/tickets/1","tickets":[1]})",
        R"({"schema":"genkey-agent/tickets/1","tickets":[{"id":"00"}]})"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::decode_ticket_book(text));
  }
}
