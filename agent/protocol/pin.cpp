// SPDX-License-Identifier: ISC
#include "agent/protocol/pin.h"

#include <algorithm>

namespace agent {

// The whole pin or nothing: a prefix that matched would let a stranger make a key whose pin begins alike.
std::optional<Pin> Pin::parse(std::string_view text) {
  const auto bytes = platform::hex_decode(text);
  Pin pin;
  if (!bytes || bytes->size() != pin.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, pin.bytes.begin());
  return pin;
}

}  // namespace agent
