// Opening a directory part by part, so that nobody can swap a part for a link between a check and its use.
#pragma once

#include <sys/stat.h>

#include <vector>

#include "platform/file.h"
#include "platform/path.h"
#include "platform/posix/descriptor.h"
#include "platform/result.h"

namespace platform::posix {

struct PathStep {
  Path path;  // as far as walked, with links resolved
  FileFacts facts;
};

/// Walks from the root by descriptors. A link is followed when it belongs to root or to the caller and stands where
/// no one else can change it; any other is unsafe_path. `steps`, when given, gets every directory and link met.
Result<Descriptor> open_directory_safely(const Path& path, std::vector<PathStep>* steps = nullptr);

FileFacts facts_from(const struct stat& status);

}  // namespace platform::posix
