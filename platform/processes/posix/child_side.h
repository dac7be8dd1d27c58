// SPDX-License-Identifier: ISC
// What a forked child does, and how it is ended: for run_in_child() and run_in_children().
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <sys/types.h>

#include "platform/accounts/account.h"
#include "platform/processes/forked_child.h"

namespace platform::posix {

/// On the pipe stand two sizes, the secret, and the public bytes. Both ends are this program, so the sizes are in host
/// order.
using ChildSizes = std::array<std::uint64_t, 2>;

/// Runs the work, writes its report to `pipe` and ends the process.
///
/// noexcept: an exception in here ends this process. It must never unwind into a second copy of the parent.
[[noreturn]] void be_the_child(const std::optional<Account>& account, int pipe,
                               const std::function<ChildReport()>& work) noexcept;

/// Killed in any case: if a stranger controls the child, it would not end by itself.
void end_child(pid_t child);

}  // namespace platform::posix
