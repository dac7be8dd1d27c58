// What the process denies to others before it touches a secret.
#pragma once

#include <span>

#include "platform/accounts/account.h"
#include "platform/base/result.h"

namespace platform {

/// First thing in main: starts libsodium, no core dumps, no reading of our memory by processes of the same user.
/// internal when libsodium cannot start.
Result<void> harden_process();

/// Whether memory can be locked now. libsodium does not report it when it cannot.
bool can_lock_memory();

/// Becomes `account` for good: these supplementary groups, group, user, no capabilities, no new privileges. internal or
/// io when any of this fails; the process must end then. Without root the account stays, and lent capabilities are
/// dropped. On Windows the process keeps its account and gives up every privilege but the one to pass through
/// directories.
Result<void> become(const Account& account, std::span<const GroupId> groups = {});

}  // namespace platform
