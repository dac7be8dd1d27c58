// SPDX-License-Identifier: ISC
// Whether an account may write in a directory, for a caller that cannot become that account.
//
// Decided by owner, group, mode and access control list of the directory and of those above it. Does not know SELinux
// and AppArmor, nor what a file server allows.
#pragma once

#include <cstdint>

#include "platform/accounts/account.h"
#include "platform/base/path.h"

namespace platform {

enum class DirectoryAccess : std::uint8_t {
  writable,
  unwritable,  // for this account, or for everybody: its file system is read-only
  absent,      // there is no directory of that name
  unknown,     // the caller may not look, or a link on the way could be anybody's; always on Windows
};

/// The path must be absolute.
DirectoryAccess access_to_directory(const Path& path, const Account& account);

}  // namespace platform
