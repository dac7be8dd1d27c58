// SPDX-License-Identifier: ISC
// Whether the account that serves gets at its own files.
#pragma once

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

/// For a process that has become `account` already. configuration when that account cannot enter the directory of its
/// files or read one of them; the sentence ends with the command that changes it. A listener that went on would close
/// every connection without an answer.
platform::Result<void> check_reach(const platform::Path& agent_directory, const platform::Account& account);

}  // namespace agent
