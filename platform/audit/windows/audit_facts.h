// What the judgement of a key file is made from on Windows. Gathered by gather_facts() from the disk, or made up by a
// test. Pure data, the same on every system.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/files/file.h"

namespace platform::windows {

/// A directory, or the link or junction that stands for one, on the way to a file.
struct PathStep {
  Path path;
  bool is_link = false;
  std::optional<Descriptor> descriptor = std::nullopt;  // nothing when it could not be read
};

struct KeyPathFacts {
  Path key_file;
  std::vector<PathStep> above;   // from the root of the drive or share down
  std::optional<Error> blocked;  // why the way or the file could not be examined to its end
  std::optional<FileFacts> file;
  std::optional<Descriptor> descriptor;  // the file's
  bool is_read_only = false;             // the attribute, which keeps it from being replaced
  std::vector<std::string> streams;      // alternate ones of the file, by name: ":copy:$DATA"
  std::optional<std::string> network;    // the share or mapped drive that holds it
  std::vector<PathStep> stray_copies;    // beside the key file, by their names
  std::vector<Path> other_candidates;    // those that exist
};

/// Who has to be able to read the key, and whom one has to trust anyway.
struct Onlookers {
  std::string service;              // its name
  Sid service_sid;                  // of SYSTEM, for whoever is an administrator anyway
  std::vector<Sid> service_groups;  // all of them, the account itself too
  Sid caller;
  std::function<std::string(const Sid&)> name_of;
};

KeyPathFacts gather_facts(const Path& key_file, const std::vector<Path>& other_candidates);
Onlookers onlookers_for(const Account& service);

/// Pure.
KeyFileAudit judge_key_file(const KeyPathFacts& facts, const Onlookers& onlookers);
Finding stray_copy(const PathStep& copy, const Path& key_file, const Onlookers& onlookers);
struct OwnFileFacts {
  OwnFile expected;
  Descriptor right;  // what `expected` says
  FileFacts facts;
  Descriptor found;
};
std::vector<Finding> judge_own_file(const OwnFileFacts& facts, const Onlookers& onlookers);

}  // namespace platform::windows
