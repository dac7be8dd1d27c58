// SPDX-License-Identifier: ISC
// Keys as people have them. Bytes are bytes; only text that was announced as text is read as text.
#include "keystore/key/key_text.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

using keystore::decode_key;
using keystore::KeyFormat;
using platform::ErrorKind;

namespace {

// The same 24 bytes, by python3: bytes.hex(), base64.b64encode(), base64.urlsafe_b64encode().
constexpr std::string_view hex = "fbeffe0a0d20002227ff3e3f6162636465666768696a6bff";
constexpr std::string_view base64 = "++/+Cg0gACIn/z4/YWJjZGVmZ2hpamv/";
constexpr std::string_view base64url = "--_-Cg0gACIn_z4_YWJjZGVmZ2hpamv_";

std::string raw() { return std::string(platform::text_of(*platform::hex_decode(hex))); }

bool is_the_key(std::string_view text, KeyFormat format) {
  const auto key = decode_key(tests::secret_of(text), format);
  return key && key->duplicate_bytes().equals(tests::secret_of(raw()));
}

std::string refusal_of(std::string_view text, KeyFormat format) {
  const auto key = decode_key(tests::secret_of(text), format);
  REQUIRE_FALSE(key);
  CHECK(key.error().kind == ErrorKind::invalid_key);
  return key.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("raw bytes are taken as they are") { CHECK(is_the_key(raw(), KeyFormat::raw)); }

TEST_CASE("a binary key that begins or ends with white space, or holds quotes and NUL, is kept as it is") {
  std::string odd = raw();
  odd.front() = ' ';
  odd[1] = '"';
  odd[2] = '\'';
  odd[3] = '\0';
  for (const char last : {'\n', '\r', '\t', ' ', '\0'}) {
    odd.back() = last;
    const auto key = decode_key(tests::secret_of(odd), KeyFormat::raw);
    REQUIRE(key);
    CHECK(key->duplicate_bytes().equals(tests::secret_of(odd)));
  }
}

TEST_CASE("raw input of any other size is refused with its size") {
  for (const std::size_t size : {0U, 1U, 23U, 25U, 31U, 33U, 48U, 256U}) {
    CAPTURE(size);
    CHECK(contains(refusal_of(std::string(size, '\xee'), KeyFormat::raw), "has " + std::to_string(size)));
  }
}

TEST_CASE("a key with a line end that an editor added is refused and explained") {
  CHECK(contains(refusal_of(raw() + "\n", KeyFormat::raw), "white space"));
}

TEST_CASE("text that stands for a key is refused as raw bytes, naming the format that makes a key of it") {
  CHECK(contains(refusal_of(hex, KeyFormat::raw), "--format hex"));
  CHECK(contains(refusal_of(base64, KeyFormat::raw), "--format base64"));
  CHECK(contains(refusal_of(std::string(base64url) + "\n", KeyFormat::raw), "--format base64"));
  // 44 characters stand for 32 bytes: the key of another product.
  CHECK(contains(refusal_of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", KeyFormat::raw), "32 bytes"));
}

TEST_CASE("hex in either case, with white space around it, makes the key") {
  std::string upper(hex);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(is_the_key(hex, KeyFormat::hex));
  CHECK(is_the_key(upper, KeyFormat::hex));
  CHECK(is_the_key("  " + std::string(hex) + "\r\n", KeyFormat::hex));
}

TEST_CASE("base64 of both alphabets makes the key") {
  CHECK(is_the_key(base64, KeyFormat::base64));
  CHECK(is_the_key(base64url, KeyFormat::base64));
  CHECK(is_the_key("\n" + std::string(base64) + " \n", KeyFormat::base64));
}

TEST_CASE("text that is damaged, too short or too long is refused") {
  refusal_of("", KeyFormat::hex);
  refusal_of("", KeyFormat::base64);
  refusal_of(hex.substr(1), KeyFormat::hex);
  refusal_of(std::string(hex) + "00", KeyFormat::hex);
  refusal_of("g" + std::string(hex.substr(1)), KeyFormat::hex);
  refusal_of(std::string(hex.substr(0, 24)) + " " + std::string(hex.substr(24)), KeyFormat::hex);
  refusal_of(base64.substr(1), KeyFormat::base64);
  refusal_of(std::string(base64) + "AAAA", KeyFormat::base64);
  refusal_of("*" + std::string(base64.substr(1)), KeyFormat::base64);
  refusal_of(std::string(base64.substr(0, 31)) + "\xe9", KeyFormat::base64);
}

TEST_CASE("a refusal repeats nothing of what was given") {
  for (const KeyFormat format : {KeyFormat::raw, KeyFormat::hex, KeyFormat::base64}) {
    const std::string message = refusal_of("MarkerOfASecretThatIsNoKey!", format);
    CHECK_FALSE(contains(message, "Marker"));
  }
}
