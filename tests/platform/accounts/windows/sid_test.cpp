// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/sid.h"

#include <doctest/doctest.h>

namespace {

using namespace platform::windows;

TEST_CASE("a SID is the same after its text and after its bytes") {
  for (const char* text :
       {"S-1-0", "S-1-1-0", "S-1-5-18", "S-1-5-32-544", "S-1-5-21-1004336348-1177238915-682003330-512",
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "S-1-281474976710655-4294967295",
        "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15"}) {
    CAPTURE(text);
    const auto sid = parse_sid(text);
    REQUIRE(sid);
    CHECK(text_of(*sid) == text);
    CHECK((decode_sid(encode(*sid)) == sid));
    CHECK(encode(*sid).size() == encoded_size(*sid));
  }
}

TEST_CASE("a SID has the bytes that Windows documents") {
  // MS-DTYP 2.4.2.2: revision 1, two parts, authority 5 in six bytes with the largest first, parts with the smallest.
  const platform::Bytes administrators = {std::byte{1},    std::byte{2}, std::byte{0}, std::byte{0},
                                          std::byte{0},    std::byte{0}, std::byte{0}, std::byte{5},
                                          std::byte{32},   std::byte{0}, std::byte{0}, std::byte{0},
                                          std::byte{0x20}, std::byte{2}, std::byte{0}, std::byte{0}};
  CHECK(encode(administrators_sid()) == administrators);
}

TEST_CASE("what is no SID is refused") {
  for (const char* text :
       {"", "S", "S-1", "S-1-", "S-2-5-18", "S-1-5-", "S-1-5-18-", "S-1-5-4294967296", "S-1--5", "S-1-281474976710656",
        "S-1-5-18 ", "XX", "ba", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_sid(text));
  }
}

TEST_CASE("bytes that end early, or have another revision, are no SID") {
  platform::Bytes bytes = encode(administrators_sid());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_sid(platform::BytesView(bytes).first(size)));
  }
  bytes[0] = std::byte{2};
  CHECK_FALSE(decode_sid(bytes));
  bytes[0] = std::byte{1};
  bytes[1] = std::byte{16};
  bytes.resize(8 + 4 * 16);
  CHECK_FALSE(decode_sid(bytes));
}

TEST_CASE("only SYSTEM, Administrators and TrustedInstaller have the machine anyway") {
  for (const char* text : {"SY", "BA", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"}) {
    CHECK(is_administrative(parse_sid(text).value()));
  }
  for (const char* text :
       {"WD", "AU", "BU", "LS", "NS", "BO", "CO", "OW", "S-1-5-80-1-2-3-4-5", "S-1-5-21-1-2-3-500"}) {
    CHECK_FALSE(is_administrative(parse_sid(text).value()));
  }
}

TEST_CASE("the groups that nearly everybody is in are everybody") {
  for (const char* text : {"WD", "AU", "BU", "BG", "AN", "IU", "NU", "SU", "PU", "RU", "AC"}) {
    CAPTURE(text);
    CHECK(is_everybody(parse_sid(text).value()));
  }
  for (const char* text : {"SY", "BA", "LS", "NS", "BO", "CO", "OW", "S-1-5-21-1-2-3-1001"}) {
    CAPTURE(text);
    CHECK_FALSE(is_everybody(parse_sid(text).value()));
  }
}

}  // namespace
