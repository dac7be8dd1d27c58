// The two clocks: dates for people and tickets, and durations that no administrator can turn back.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platform {

/// Whole seconds since 1970, UTC.
using Time = std::chrono::sys_seconds;

Time now();
/// RFC 3339, "2026-11-22T02:29:17Z".
std::string format_time(Time time);
/// Exactly what format_time() writes, of a date that exists.
std::optional<Time> parse_time(std::string_view text);

}  // namespace platform
