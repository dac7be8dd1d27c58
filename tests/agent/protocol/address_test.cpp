// SPDX-License-Identifier: ISC
// Addresses: what a person writes once is written by us into tickets, claims and the roster, and read from there.
#include "agent/protocol/address.h"

#include <doctest/doctest.h>

#include "agent/base/limits.h"

using agent::Address;
using agent::parse_address;
using agent::limits::default_port;

TEST_CASE("an address is read as people write it") {
  CHECK(parse_address("om1.example.com") == Address{"om1.example.com", default_port});
  CHECK(parse_address("10.0.0.1:9") == Address{"10.0.0.1", 9});
  CHECK(parse_address("[2001:db8::1]:9") == Address{"2001:db8::1", 9});
  CHECK(parse_address("[2001:db8::1]") == Address{"2001:db8::1", default_port});
  CHECK(parse_address("2001:db8::1") == Address{"2001:db8::1", default_port});
  CHECK(parse_address("fe80::1%eth0") == Address{"fe80::1%eth0", default_port});
}

TEST_CASE("an accepted address is the same after it was written") {
  const std::string longest(agent::limits::name_length, 'a');
  for (const std::string& text :
       {std::string("om1"), std::string("2001:db8::1"), std::string("[::]:0"), longest, "[" + longest + "]:65535"}) {
    CAPTURE(text);
    const auto address = parse_address(text);
    REQUIRE(address);
    CHECK(parse_address(address->text()) == *address);
  }
}

TEST_CASE("what could not be read again after it was written is refused at once") {
  const std::string too_long(agent::limits::name_length + 1, 'a');
  for (const std::string& text : {std::string("a::b]c"), std::string("a::["), std::string("[[a]"), std::string("a]:1"),
                                  std::string("a[b"), too_long, "[" + too_long + "]", too_long + "::"}) {
    CAPTURE(text);
    const auto address = parse_address(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().kind == platform::ErrorKind::usage);
  }
}

TEST_CASE("text that is no address is refused") {
  for (const char* text : {"", ":", ":1", "om1:", "om1:x", "om1:65536", "om1:-1", "[", "[]", "[]:1", "[::1", "[::1]1",
                           "om 1", "om1\n", "om1/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_address(text));
  }
}

TEST_CASE("a written address has its port, and one spelling") {
  for (const char* text : {"om1:1", "10.0.0.1:27424", "[2001:db8::1]:65535", "[fe80::1%eth0]:9", "om1:0"}) {
    CAPTURE(text);
    CHECK(agent::is_written_address(text));
  }
  for (const char* text :
       {"", "om1", "om1:", "om1:99999", "om1:080", "om1:+1", "[om1]:1", "2001:db8::1", ":1", "[]:1"}) {
    CAPTURE(text);
    CHECK_FALSE(agent::is_written_address(text));
  }
}
