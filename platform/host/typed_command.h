// SPDX-License-Identifier: ISC
// Commands as a person types them on this system, for advice.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// A word of a command line, quoted where the shell needs it. On Windows the quotes suit cmd and PowerShell; where no
/// quotes suit both ("$name"), they suit PowerShell.
std::string typed_word(std::string_view word);

/// The command that moves a file: "mv FROM TO"; on Windows "move", which cmd and PowerShell both know.
std::string typed_move(std::string_view from, std::string_view to);

/// The command for a person who is not an administrator yet: "sudo genkey-agent ensure". Unchanged on Windows, where an
/// elevated window is needed instead.
std::string typed_as_administrator(const std::string& command);

/// Who has to run it: "root", "an administrator".
std::string_view administrator();

/// What can refuse something even to such a person: part of a sentence of advice.
std::string_view what_binds_administrators();

}  // namespace platform
