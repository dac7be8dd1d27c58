// SPDX-License-Identifier: ISC
#include "agent/base/duration.h"

#include <charconv>
#include <cstdint>

namespace agent {

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint32_t count = 0;  // 32 bits: even as days it fits into milliseconds of 64 bits
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  using std::chrono::milliseconds;
  const std::uint64_t number = count;
  if (unit == "ms") return milliseconds(number);
  if (unit == "s") return milliseconds(number * 1'000);
  if (unit == "m") return milliseconds(number * 60'000);
  if (unit == "h") return milliseconds(number * 3'600'000);
  if (unit == "d") return milliseconds(number * 86'400'000);
  return std::nullopt;
}

}  // namespace agent
