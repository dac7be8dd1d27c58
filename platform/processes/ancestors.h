// Which processes this one descends from.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// The parent first, as "PID@TICKS". TICKS is when the process began, in the kernel's ticks since boot: it tells a
/// process from a later one with the same number. Ends early where /proc does not show a process to this account.
std::vector<std::string> ancestors();

}  // namespace platform
