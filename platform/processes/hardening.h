// SPDX-License-Identifier: ISC
// What the process denies to others before it touches a secret.
#pragma once

#include <cstddef>
#include <span>

#include "platform/accounts/account.h"
#include "platform/base/result.h"

namespace platform {

/// To be called first in main: starts libsodium, forbids core dumps, and keeps processes of the same user from reading
/// this memory. internal when libsodium cannot start; internal, or on Windows denied or io, when the system refuses.
Result<void> harden_process();

/// Whether enough memory can be locked now. libsodium does not report that it could not lock.
bool can_lock_memory();

/// From now on the process gets at most this many bytes for its data; what asks for more fails. internal when the
/// system refuses. Windows has no such limit, and this does nothing there.
Result<void> bound_memory(std::size_t bytes);

/// Becomes `account` for good: these supplementary groups, group, user, no capabilities, no new privileges. internal or
/// io when any of this fails; the process must end then. Without root the account stays, and lent capabilities are
/// dropped. On Windows the process keeps its account and gives up every privilege except the privilege to pass through
/// directories.
Result<void> become(const Account& account, std::span<const GroupId> groups = {});

}  // namespace platform
