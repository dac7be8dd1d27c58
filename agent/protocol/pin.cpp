#include "agent/protocol/pin.h"

#include <algorithm>

namespace agent {

std::optional<Pin> Pin::parse(std::string_view text) {
  const auto bytes = platform::hex_decode(text);
  Pin pin;
  if (!bytes || bytes->size() != pin.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, pin.bytes.begin());
  return pin;
}

}  // namespace agent
