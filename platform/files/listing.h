// SPDX-License-Identifier: ISC
// The files in a directory, with their facts.
#pragma once

#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace platform {

struct ListedFile {
  std::string name;
  FileFacts facts;  // of the name itself, where it is a link
};

/// Every file in the directory, sorted by name. Follows links on the way as install_file() does. io when there are more
/// than `limit`, so that a full directory cannot exhaust the memory.
Result<std::vector<ListedFile>> list_directory(const Path& path, std::size_t limit);

}  // namespace platform
