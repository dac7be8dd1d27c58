// SPDX-License-Identifier: ISC
#include "agent/report/age.h"

namespace agent {

namespace {

using namespace std::chrono_literals;

constexpr auto day = std::chrono::seconds(24h);
// Below these, the smaller unit says more: "90 min" and "36 h" are clearer than "1 h" and "1 day".
constexpr auto as_seconds = std::chrono::seconds(2min);
constexpr auto as_minutes = std::chrono::seconds(2h);
constexpr auto as_hours = 2 * day;

}  // namespace

std::string age_text(platform::Time when, platform::Time now) {
  const std::chrono::seconds age = now - when;
  // A second ahead comes from rounding.
  if (age < -1s) return platform::format_time(when) + ", by a clock that was set since";
  if (age < 1s) return "just now";
  if (age < as_seconds) return std::to_string(age.count()) + " s ago";
  if (age < as_minutes) return std::to_string(age / 1min) + " min ago";
  if (age < as_hours) return std::to_string(age / 1h) + " h ago";
  return std::to_string(age / day) + " days ago";
}

}  // namespace agent
