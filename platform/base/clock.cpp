// SPDX-License-Identifier: ISC
#include "platform/base/clock.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace platform {

namespace {

constexpr std::string_view shape = "0000-00-00T00:00:00Z";

bool has_shape_of_time(std::string_view text) {
  return std::ranges::equal(text, shape,
                            [](char c, char part) { return part == '0' ? c >= '0' && c <= '9' : c == part; });
}

}  // namespace

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::string format_time(Time time) {
  using namespace std::chrono;
  const auto day_begin = floor<days>(time);
  const year_month_day date(day_begin);
  const hh_mm_ss clock(time - day_begin);
  // The longest text that std::chrono::year allows.
  std::array<char, sizeof "-32767-11-22T02:29:17Z"> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", int{date.year()},
                                 unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
                                 static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<Time> parse_time(std::string_view text) {
  // from_chars() stops at the first wrong character without an error, so the shape is checked before the numbers are
  // read.
  if (!has_shape_of_time(text)) return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t size) {
    int number = 0;
    std::from_chars(text.data() + at, text.data() + at + size, number);
    return number;
  };
  using namespace std::chrono;
  const year_month_day date(year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                            day(static_cast<unsigned>(part(8, 2))));
  const Time time = Time(sys_days(date)) + hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2));
  // A time that does not exist, such as 25:00, gives another text when it is formatted again.
  return date.ok() && format_time(time) == text ? std::optional(time) : std::nullopt;
}

}  // namespace platform
