// SPDX-License-Identifier: ISC
// How long something lasts, as people write it in options and in the configuration.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace agent {

/// "500ms", "30s", "5m", "1h", "7d". Nothing for other text; a bare number has no unit that everybody would expect.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace agent
