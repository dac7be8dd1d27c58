#include "platform/clock.h"

#include <algorithm>
#include <charconv>
#include <ctime>

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
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text(sizeof "2026-11-22T02:29:17Z", '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
  return text;
}

std::optional<Time> parse_time(std::string_view text) {
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
  // What does not exist, such as a 25th hour, is another time when it is written again.
  return date.ok() && format_time(time) == text ? std::optional(time) : std::nullopt;
}

}  // namespace platform
