// SPDX-License-Identifier: ISC
// The rules for files that are not the key: copies of it, and the files of this program. Does not look at the disk;
// only the names of accounts are looked up, for the sentences.
#pragma once

#include <vector>

#include "platform/audit/audit.h"
#include "platform/files/file.h"
#include "platform/files/posix/path_step.h"

namespace platform {

/// The finding about a file that has the key's name with something before or after it.
Finding stray_copy(const PathStep& copy, const Path& key_file);
/// Reports an owner other than `expected` and every permission beyond it. Fewer permissions are fine.
std::vector<Finding> check_own_file(const OwnFile& expected, const FileFacts& facts);

}  // namespace platform
