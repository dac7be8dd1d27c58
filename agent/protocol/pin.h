// SPDX-License-Identifier: ISC
// A host's pin: SHA-256 of its public key (SubjectPublicKeyInfo, DER; as in RFC 7469, 2.4). Public.
//
// A peer is known by its pin. Names, addresses and certificates can change or be borrowed; the pin changes only with
// the host's private key, when somebody makes the host a new identity.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.h"

namespace agent {

struct Pin {
  std::array<std::byte, 32> bytes{};

  /// 64 lower-case hex digits. parse() accepts either case, and gives nothing for other text.
  [[nodiscard]] std::string text() const { return platform::hex_encode(bytes); }
  static std::optional<Pin> parse(std::string_view text);
  auto operator<=>(const Pin&) const = default;
};

}  // namespace agent
