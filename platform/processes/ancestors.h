// SPDX-License-Identifier: ISC
// The processes that this process descends from.
#pragma once

#include <string>
#include <vector>

namespace platform {

/// The parent first, as "PID@TICKS". TICKS is the start of the process in the kernel's ticks since boot (on Windows in
/// 100 ns since 1601), which tells it from a later process with the same number. The list ends early where the system
/// does not show a process to this account.
std::vector<std::string> ancestors();

}  // namespace platform
