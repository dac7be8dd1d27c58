// What finding an installation has in common on every system.
#pragma once

#include "platform/ops_manager/installation.h"

namespace platform {

bool is_there(const Path& path);
bool has_directory(const Path& path);

/// Absolute and normal.
Path whole_path(const Path& path);
/// The same of a key file; usage when it names no file.
Result<Path> key_file_named(const Path& path);

Account account_of(UserId uid, GroupId gid);

/// A key file that the user named; its owner is who reads it.
Result<Installation> plain_installation(const InstallationRequest& request);

/// Of a file that may be absent, or, to whoever is not root, unreadable.
Result<MmsProperties> properties_in(const Path& file);

}  // namespace platform
