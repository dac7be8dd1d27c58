// Commands as a person types them on this system, for advice.
#pragma once

#include <string>
#include <string_view>

namespace platform {

/// A word of a command line, in quotes where the shell wants some. On Windows it is right in cmd and in PowerShell, or,
/// where a word cannot be both ("$"), in PowerShell.
std::string typed_word(std::string_view word);

/// The command for someone who is no administrator yet: "sudo genkey-agent ensure". Nothing changes on Windows, where
/// the window decides.
std::string typed_as_administrator(const std::string& command);

/// "root", "an administrator".
std::string_view administrator();

}  // namespace platform
