// SPDX-License-Identifier: ISC
// The parts of finding an installation that every system shares.
#pragma once

#include "platform/ops_manager/installation.h"

namespace platform {

bool is_there(const Path& path);
bool has_directory(const Path& path);

/// Absolute and in normal form, but for "..", which stays.
Path whole_path(const Path& path);
/// The same for a key file; usage when the path names no file.
Result<Path> key_file_named(const Path& path);

/// The account with these numbers, also if the system has no name for it.
Result<Account> account_of(UserId uid, GroupId gid);

/// A key file that the user named. Its owner counts as the account that reads it.
Result<Installation> plain_installation(const InstallationRequest& request);

/// Defaults if the file is absent, or denied to a user other than root. Any other file that cannot be read is not an
/// error here, because most commands need nothing of it: `unknown` then says why.
MmsProperties properties_in(const Path& file);

}  // namespace platform
