// Which state of the host a copy has, told by a number that says nothing about it.
//
// File: host-state in the state directory, for root only; one line,
//
//   genkey-agent/host-state/1 TAG REVISION
//
// The tag is of the settings as a backup saw them last (agent/backups/host_state.h), in hex digits; the revision is 16
// random hex digits that are new with each change. The notes of backups, which everybody reads, hold the revision
// alone: to whoever can read the settings the tag would tell whether a guess at a weak key is right. When the file is
// lost, or is not this, one more copy is made.
#pragma once

#include <string>

#include "keystore/key/key_proof.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

/// Empty when these are not the settings that were seen last.
std::string known_revision(const keystore::Mac& tag, const platform::Path& state_directory);
/// A new one for others; durable when it returns. For callers that hold the lock of backups.
platform::Result<std::string> revision_of(const keystore::Mac& tag, const platform::Path& state_directory);

}  // namespace agent
