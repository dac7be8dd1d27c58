// A host's pin: SHA-256 of its public key (SubjectPublicKeyInfo, DER). Public; it names the host for good.
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

  /// 64 hex digits.
  [[nodiscard]] std::string text() const { return platform::hex_encode(bytes); }
  static std::optional<Pin> parse(std::string_view text);
  auto operator<=>(const Pin&) const = default;
};

}  // namespace agent
