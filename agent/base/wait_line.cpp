// SPDX-License-Identifier: ISC
#include "agent/base/wait_line.h"

#include <algorithm>

#include "agent/base/streams.h"
#include "platform/processes/terminal.h"

namespace agent {

WaitLine::WaitLine(Clock::time_point end, bool quiet)
    : end_(end), columns_(platform::columns_of_stderr()), place_(place_for(quiet, columns_)) {}

WaitLine::~WaitLine() {
  if (place_ != Place::terminal || shown_ == 0) return;
  write_to_standard_error("\r" + std::string(shown_, ' ') + "\r");
}

WaitLine::Place WaitLine::place_for(bool quiet, std::size_t columns) {
  if (quiet) return Place::nowhere;
  if (columns > 0) return Place::terminal;
  // A terminal that cannot rewrite a line gets it once, like the journal.
  return platform::stderr_is_terminal() || platform::stderr_is_journal() ? Place::plain : Place::nowhere;
}

void WaitLine::show(std::string_view what) {
  if (place_ == Place::nowhere || (place_ == Place::plain && shown_ > 0)) return;
  const auto left = std::max(std::chrono::ceil<std::chrono::seconds>(end_ - Clock::now()), std::chrono::seconds(0));
  constexpr std::size_t plain_columns = 200;
  std::string line = wait_text(what, left, place_ == Place::terminal ? columns_ : plain_columns);
  const std::size_t size = line.size();
  if (place_ == Place::terminal) {
    // Spaces and not an escape sequence, so that a recorded or copied terminal stays readable.
    if (shown_ > size) line.append(shown_ - size, ' ');
    line.insert(line.begin(), '\r');
  } else {
    line += '\n';
  }
  shown_ = size;
  write_to_standard_error(line);
}

std::string wait_text(std::string_view what, std::chrono::seconds left, std::size_t columns) {
  const std::string start = "genkey-agent: ";
  const std::string end = ", " + std::to_string(left.count()) + " s left";
  // A character in the last column would make some terminals begin a new line.
  const std::size_t frame = start.size() + end.size() + 1;
  const std::size_t room = columns > frame ? columns - frame : 0;
  std::size_t size = std::min(what.size(), room);
  // Not in the middle of a character of UTF-8, whose further bytes are 10xxxxxx.
  while (size < what.size() && size > 0 && (static_cast<unsigned char>(what[size]) & 0xC0U) == 0x80U) --size;
  return start + std::string(what.substr(0, size)) + end;
}

}  // namespace agent
