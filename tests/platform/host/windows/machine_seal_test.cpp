// SPDX-License-Identifier: ISC
// The identity at rest, as DPAPI keeps it.
#include "platform/host/machine_seal.h"

#include <algorithm>
#include <string_view>

#include <doctest/doctest.h>

#include "platform/base/bytes.h"

namespace {

constexpr std::string_view secret = "-----BEGIN PRIVATE KEY-----";

platform::BytesView bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

platform::SecretBytes holding(platform::BytesView content) {
  platform::SecretBytes held(content.size());
  std::ranges::copy(content, held.reveal_for_writing().begin());
  return held;
}

}  // namespace

TEST_CASE("what was sealed for this machine does not show and comes back as it was") {
  auto sealed = platform::seal_for_machine(bytes(secret));
  REQUIRE(sealed);
  CHECK(std::ranges::search(sealed->reveal(), bytes(secret)).empty());
  const auto opened = platform::open_seal(std::move(*sealed), "identity.pem");
  REQUIRE(opened);
  CHECK(std::ranges::equal(opened->reveal(), bytes(secret)));
}

TEST_CASE("what was never sealed is taken as it is") {
  const auto opened = platform::open_seal(holding(bytes(secret)), "identity.pem");
  REQUIRE(opened);
  CHECK(std::ranges::equal(opened->reveal(), bytes(secret)));
}

TEST_CASE("a seal that this machine cannot open is told with the file and what mends it") {
  const auto sealed = platform::seal_for_machine(bytes(secret));
  REQUIRE(sealed);
  const auto opened = platform::open_seal(holding(sealed->reveal().first(sealed->size() / 2)), "identity.pem");
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == platform::ErrorKind::configuration);
  CHECK(opened.error().message.find("identity.pem") != std::string::npos);
  CHECK(opened.error().message.find("genkey-agent identity") != std::string::npos);
}
