// SPDX-License-Identifier: ISC
// The facts that the rules for a key file need on Windows. gather_facts() reads them from the disk; tests invent them.
// Pure data, the same on every system, so that Linux tests the rules too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/files/file.h"
#include "platform/files/windows/path_step.h"

namespace platform::windows {

struct KeyPathFacts {
  Path key_file;
  std::vector<PathStep> above;   // from the root of the drive or share down
  std::optional<Error> blocked;  // why the path or the file could not be examined
  std::optional<FileFacts> file;
  std::optional<SecurityDescriptor> descriptor;  // the file's
  bool is_read_only = false;                     // the attribute, which keeps it from being replaced
  std::vector<std::string> streams;              // names of its alternate streams: ":copy:$DATA"
  std::optional<std::string> network;            // the share or mapped drive that holds it
  std::vector<PathStep> stray_copies;            // beside the key file, recognised by name
  std::vector<Path> other_candidates;            // those that exist
};

/// The accounts that must be able to read the key, or control this host anyway.
struct Onlookers {
  std::string service;              // its name
  Sid service_sid;                  // SYSTEM, if the service is an administrator anyway
  std::vector<Sid> service_groups;  // all of them, the account itself too
  Sid caller;
  std::function<std::string(const Sid&)> name_of;
};

}  // namespace platform::windows
