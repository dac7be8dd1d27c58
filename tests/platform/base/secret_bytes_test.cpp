// SPDX-License-Identifier: ISC
#include "platform/base/secret_bytes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/libsodium.h"

using platform::SecretBytes;

namespace {

SecretBytes filled(std::size_t size, int value) {
  SecretBytes secret(size);
  std::ranges::fill(secret.reveal_for_writing(), static_cast<std::byte>(value));
  return secret;
}

bool holds_only(const SecretBytes& secret, int value) {
  return std::ranges::all_of(secret.reveal(),
                             [value](std::byte byte) { return byte == static_cast<std::byte>(value); });
}

}  // namespace

TEST_CASE("each secret has bytes of its own, small or large") {
  std::vector<SecretBytes> secrets;
  for (int number = 0; number < 200; ++number) {
    secrets.push_back(filled(static_cast<std::size_t>(number % 130 + 1), number));
  }
  for (int number = 0; number < 200; ++number) CHECK(holds_only(secrets[static_cast<std::size_t>(number)], number));
}

TEST_CASE("a new secret is zeros, also where another one was") {
  for (const std::size_t size : {std::size_t{24}, std::size_t{128}, std::size_t{129}, std::size_t{5000}}) {
    for (int time = 0; time < 100; ++time) {
      CHECK(holds_only(SecretBytes(size), 0));
      const SecretBytes gone = filled(size, 0xa5);
    }
  }
}

TEST_CASE("a secret that was moved is in one place") {
  SecretBytes first = filled(24, 7);
  SecretBytes second = std::move(first);
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): what is promised
  CHECK(holds_only(second, 7));
  SecretBytes third = filled(5000, 8);
  third = std::move(second);
  CHECK(third.size() == 24);
  CHECK(holds_only(third, 7));
}

TEST_CASE("no secret has no memory") {
  CHECK(SecretBytes(0).empty());
  CHECK(SecretBytes(0).equals(SecretBytes()));
}
