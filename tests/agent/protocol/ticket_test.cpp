// SPDX-License-Identifier: ISC
// Tickets: one line that gives the key to one host, or nothing at all.
#include "agent/protocol/ticket.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "tests/agent/samples.h"

using agent::decode_ticket;
using agent::Ticket;
using agent::TicketSecret;
using platform::ErrorKind;

namespace {

Ticket ticket() {
  return {.inviter = tests::pin(1),
          .id = tests::filled<16>(2),
          .secret = *TicketSecret::create(tests::secret_of(tests::filled<32>(3))),
          .addresses = {{"om1.example.com", 27424}, {"2001:db8::1", 9}}};
}

std::string line_of(const Ticket& given) { return std::string(platform::text_of(agent::encode(given).reveal())); }

bool is_refused(std::string_view text) {
  const auto decoded = decode_ticket(tests::secret_of(text));
  return !decoded && decoded.error().kind == ErrorKind::bad_ticket && !decoded.error().message.empty();
}

}  // namespace

TEST_CASE("a ticket is read as it was printed") {
  const auto read = decode_ticket(agent::encode(ticket()));
  REQUIRE(read);
  CHECK(read->inviter == tests::pin(1));
  CHECK(read->id == tests::filled<16>(2));
  CHECK(read->secret.digest() == ticket().secret.digest());
  CHECK(read->addresses == ticket().addresses);
}

// By python3: base64.urlsafe_b64encode(bytes([1]) + b"\1"*32 + b"\2"*16 + b"\3"*32 + bytes([2]) + length-prefixed
// texts).
TEST_CASE("the form of a ticket does not drift") {
  CHECK(line_of(ticket()) ==
        "gka1_"
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAgICAgICAgICAgICAgICAgMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD"
        "AgAVb20xLmV4YW1wbGUuY29tOjI3NDI0AA9bMjAwMTpkYjg6OjFdOjk");
}

TEST_CASE("white space that pasting left around a ticket does not matter, within it it does") {
  const std::string line = line_of(ticket());
  CHECK(decode_ticket(tests::secret_of("  " + line + "\r\n\t")));
  CHECK(is_refused(line.substr(0, 40) + "\n" + line.substr(40)));
}

TEST_CASE("a ticket that was not copied whole is refused at every length") {
  const std::string line = line_of(ticket());
  for (std::size_t size = 0; size < line.size(); ++size) {
    CAPTURE(size);
    CHECK(is_refused(line.substr(0, size)));
  }
  CHECK(is_refused(line + "A"));
  CHECK(is_refused(line + line));
}

TEST_CASE("a ticket with one wrong character is refused, or is another ticket") {
  const std::string line = line_of(ticket());
  for (std::size_t at = 0; at < line.size(); ++at) {
    for (const char other : {'A', 'b', '9', '_', '-', '=', '+', '/', ' ', '\n', '\0'}) {
      if (line[at] == other) continue;
      std::string changed = line;
      changed[at] = other;
      const auto read = decode_ticket(tests::secret_of(changed));
      if (!read) continue;
      CHECK_MESSAGE(line_of(*read) != line, at);
      CHECK_MESSAGE(decode_ticket(agent::encode(*read))->addresses == read->addresses, at);
    }
  }
}

TEST_CASE("a ticket with a character that is not of its alphabet is refused, and never taken for another ticket") {
  const std::string line = line_of(ticket());
  const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const std::size_t at : {std::size_t{5}, std::size_t{6}, line.size() / 2, line.size() - 2}) {
    for (int value = 0; value < 256; ++value) {
      const char other = static_cast<char>(value);
      if (alphabet.find(other) != std::string_view::npos) continue;
      std::string changed = line;
      changed[at] = other;
      CHECK_MESSAGE(is_refused(changed), "byte " << value << " at " << at);
    }
  }
}

TEST_CASE("control characters around a ticket are not white space") {
  for (const char control : {'\0', '\1', '\x1b', '\x7f', '\xa0'}) {
    CHECK(is_refused(line_of(ticket()) + control));
    CHECK(is_refused(control + line_of(ticket())));
  }
}

TEST_CASE("tickets of no kind are refused without repeating them") {
  for (const char* text : {"", " \n", "hello", "gka1_", "gka2_AAAA", "GKA1_AAAA", "gka1_!!!!", "gka1_AQ=="}) {
    CAPTURE(text);
    CHECK(is_refused(text));
  }
  const std::string longer(agent::limits::ticket_text + 1, 'A');
  CHECK(is_refused("gka1_" + longer));
  const auto refused = decode_ticket(tests::secret_of("gka1_MarkerOfASecret!"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("MarkerOfASecret") == std::string::npos);
}

TEST_CASE("a ticket with the most and the longest addresses can be read") {
  Ticket longest = ticket();
  const std::string label(63, 'a');
  longest.addresses.assign(agent::limits::ticket_addresses,
                           {label + "." + label + "." + label + "." + std::string(61, 'b'), 65535});
  CHECK(line_of(longest).size() <= agent::limits::ticket_text);
  CHECK(decode_ticket(agent::encode(longest)));
}

TEST_CASE("a ticket that names no address, or more than the limit, is refused") {
  Ticket wrong = ticket();
  wrong.addresses.clear();
  CHECK(is_refused(line_of(wrong)));
  wrong.addresses.assign(agent::limits::ticket_addresses + 1, {"om1", 1});
  CHECK(is_refused(line_of(wrong)));
}

TEST_CASE("a ticket's secret has 32 bytes, and each ticket its own") {
  CHECK_FALSE(TicketSecret::create(platform::SecretBytes(31)));
  CHECK_FALSE(TicketSecret::create(platform::SecretBytes(33)));
  CHECK(TicketSecret::generate().digest() != TicketSecret::generate().digest());
}

// By sha256sum over 32 bytes of 3.
TEST_CASE("the issuer keeps only the SHA-256 of a ticket's secret") {
  CHECK(platform::hex_encode(ticket().secret.digest()) ==
        "648aa5c579fb30f38af744d97d6ec840c7a91277a499a0d780f3e7314eca090b");
}
