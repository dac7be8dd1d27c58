// Opening a directory part by part, so that nobody can swap a part for a link between a check and its use.
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
  look,    // find names in it: search permission is enough
  change,  // and sync it, which wants read permission
};

/// Goes from the root by descriptors. A link is followed when it belongs to root or to the caller and stands
/// where no one else can change it; any other is unsafe_path. `steps`, when given, gets every directory and
/// link met, the one that stopped the walk included.
Result<FileDescriptor> open_directory_safely(const Path& path, Purpose purpose = Purpose::change,
                                             std::vector<PathStep>* steps = nullptr);

/// The access control list of an open file or directory (O_PATH is enough); empty when there is none.
AccessList access_list_of(int descriptor);

FileFacts facts_from(const struct stat& status);

}  // namespace platform::posix
