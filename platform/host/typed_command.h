// Commands as a person types them on this system, for advice.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// A word of a command line, quoted where the shell needs it. On Windows it suits cmd and PowerShell; a word that
/// cannot suit both ("$name") is right in PowerShell.
std::string typed_word(std::string_view word);

/// What moves a file: "mv FROM TO"; on Windows "move", which cmd and PowerShell both know.
std::string typed_move(std::string_view from, std::string_view to);

/// The command for someone who is not an administrator yet: "sudo genkey-agent ensure". Nothing changes on Windows,
/// where the window decides.
std::string typed_as_administrator(const std::string& command);

/// "root", "an administrator".
std::string_view administrator();

}  // namespace platform
