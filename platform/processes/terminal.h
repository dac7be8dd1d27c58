// SPDX-License-Identifier: ISC
// Questions to the person at the terminal, if there is one.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

bool stderr_is_terminal();
/// Whether there is a terminal to ask on.
bool has_terminal();
/// Asks on the controlling terminal and gives the line without its end. usage when there is no terminal, or when the
/// answer is longer than `limit`.
Result<std::string> ask_line(std::string_view prompt, std::size_t limit);
/// Whether standard output is a terminal that shows colours, and nobody has asked for none (NO_COLOR, TERM=dumb).
bool shows_colour();
/// Asks on the controlling terminal without echo, and gives the line without its end. Restores the echo on every
/// return, also after Control-C. usage when there is no terminal.
Result<SecretBytes> ask_hidden_line(std::string_view prompt, std::size_t limit);

}  // namespace platform
