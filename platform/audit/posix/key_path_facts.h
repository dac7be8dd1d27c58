// SPDX-License-Identifier: ISC
// The facts that the rules for a key file need on Linux. gather_facts() reads them from the disk; tests invent them.
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
  std::optional<Error> blocked;  // why the path or the file could not be examined
  bool refused_link = false;     // the last step is a link that somebody else could have made
  std::optional<FileFacts> file;
  std::optional<Path> second_name;  // beside the key file
  AccessList access_list;
  bool immutable = false;  // chattr +i or +a
  posix::Storage storage = posix::Storage::local;
  std::string file_system;  // its type, "nfs4"
  Path mount_point;
  std::vector<PathStep> stray_copies;  // beside the key file, recognised by name
  std::vector<Path> other_candidates;  // those that exist
};

/// The accounts that must be able to read the key, or control this host anyway.
struct Onlookers {
  Account service;
  Groups service_groups;
  UserId caller = 0;
};

}  // namespace platform
