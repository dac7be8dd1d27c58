// SPDX-License-Identifier: ISC
// Dates for people, tickets and state files.
//
// An administrator or a time server can turn this clock back. Durations and deadlines use std::chrono::steady_clock.
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
/// RFC 3339 in UTC: "2026-11-22T02:29:17Z".
std::string format_time(Time time);
/// Takes only what format_time() writes. Nothing for another form, or for a date that does not exist.
std::optional<Time> parse_time(std::string_view text);

}  // namespace platform
