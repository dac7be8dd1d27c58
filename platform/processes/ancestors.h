// Which processes this one descends from.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// The parent first, as "PID@TICKS": when it began, in the kernel's ticks since boot, tells a process from a later one
/// with its number. Ends early where /proc does not show a process to this account.
std::vector<std::string> ancestors();

}  // namespace platform
