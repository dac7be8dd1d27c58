// What the judgement of a key file is made from. Gathered by gather_facts() from the disk, or made up by a
// test.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/files/file.h"
#include "platform/files/posix/access_list.h"

namespace platform {

enum class Storage : std::uint8_t { local, network, memory };

struct KeyPathFacts {
  Path key_file;
  std::vector<PathStep> above;   // every directory and link on the way, from the root down
  std::optional<Error> blocked;  // why the way or the file could not be examined to its end
  bool refused_link = false;     // the last step is a link that somebody else could have made
  std::optional<FileFacts> file;
  AccessList access_list;
  bool immutable = false;  // chattr +i or +a
  Storage storage = Storage::local;
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

KeyPathFacts gather_facts(const Path& key_file, const std::vector<Path>& other_candidates);
Onlookers onlookers_for(const Account& service);

/// Pure.
KeyFileAudit judge_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);
Finding stray_copy(const PathStep& copy, const Path& key_file);
std::vector<Finding> judge_own_file(const OwnFile& expected, const FileFacts& facts);

}  // namespace platform
