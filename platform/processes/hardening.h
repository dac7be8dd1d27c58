// What the process denies to others before it touches a secret.
#pragma once

#include "platform/accounts/account.h"
#include "platform/base/result.h"

namespace platform {

/// First thing in main: starts libsodium, no core dumps, no reading of our memory by processes of the same user.
/// internal when libsodium cannot start.
Result<void> harden_process();

/// Whether locked memory can be had now; libsodium itself never tells.
bool can_lock_memory();

/// Becomes `account` for good: groups, group, user, no capabilities, no new privileges. internal or io when anything of
/// it fails, and then the process must end. Whoever is not root stays who he is, without the capabilities he was lent.
/// A process of Windows keeps its account: there it gives up every privilege but that to pass through directories.
Result<void> become(const Account& account);

}  // namespace platform
