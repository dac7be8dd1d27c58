// SPDX-License-Identifier: ISC
// Opens a directory part by part, so that nobody can swap a part for a link between a check and its use.
#pragma once

#include <sys/stat.h>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"
#include "platform/files/posix/access_list.h"
#include "platform/files/posix/file_descriptor.h"
#include "platform/files/posix/path_step.h"

namespace platform::posix {

enum class Purpose : std::uint8_t {
  look,    // to find names in it: search permission is enough
  change,  // to change and sync it: fsync(2) needs read permission
};

/// Walks from the root by descriptors. Follows a link only if it belongs to root or the caller and stands where nobody
/// else can change it; any other link is unsafe_path. `steps`, when given, gets every directory and link on the way,
/// including the step that stopped the walk.
Result<FileDescriptor> open_directory_safely(const Path& path, Purpose purpose = Purpose::change,
                                             std::vector<PathStep>* steps = nullptr);

/// The access control list of an open file or directory; O_PATH is enough. Empty when there is none, or when it cannot
/// be read.
AccessList access_list_of(int descriptor);

FileFacts facts_from(const struct stat& status);

}  // namespace platform::posix
