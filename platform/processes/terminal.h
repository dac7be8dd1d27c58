// SPDX-License-Identifier: ISC
// Questions to the person at the terminal, if there is one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

bool stderr_is_terminal();
/// The width of the terminal that is standard error, if a line on it can be rewritten; otherwise 0.
std::size_t columns_of_stderr();
/// Whether standard error goes to systemd's journal, where each line is an entry of its own. The variable that says so
/// ($JOURNAL_STREAM, systemd.exec(5)) is inherited by terminals of a session too, so the stream itself is compared.
bool stderr_is_journal();
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
