// The facts that the rules for a key file look at on Linux. gather_facts() reads them from the disk; tests make them
// up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/files/file.h"
#include "platform/files/posix/access_list.h"
#include "platform/files/posix/mounts.h"
#include "platform/files/posix/path_step.h"

namespace platform {

struct KeyPathFacts {
  Path key_file;
  std::vector<PathStep> above;   // every directory and link on the way, from the root down
  std::optional<Error> blocked;  // why the way or the file could not be examined to its end
  bool refused_link = false;     // the last step is a link that somebody else could have made
  std::optional<FileFacts> file;
  AccessList access_list;
  bool immutable = false;  // chattr +i or +a
  posix::Storage storage = posix::Storage::local;
  std::string file_system;  // its type, "nfs4"
  Path mount_point;
  std::vector<PathStep> stray_copies;  // beside the key file, by their names
  std::vector<Path> other_candidates;  // those that exist
};

/// Who has to be able to read the key, and whom one has to trust anyway.
struct Onlookers {
  Account service;
  Groups service_groups;
  UserId caller = 0;
};

}  // namespace platform
