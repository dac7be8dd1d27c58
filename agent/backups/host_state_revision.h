// SPDX-License-Identifier: ISC
// Numbers the states of a host's settings, so that the notes can say which one a copy has without revealing it.
//
// File: host-state in the state directory, for root only; one line,
//
//   genkey-agent/host-state/1 TAG REVISION
//
// TAG is that of the settings at the last backup (tag_of() in agent/backups/host_state.h), in hex digits. REVISION is
// 16 random hex digits, new with each change. The notes of backups, which everybody can read, hold only the revision.
// With the tag, a reader of the settings could test guesses at a weak key. If the file is lost or damaged, one more
// copy is made.
#pragma once

#include <string>

#include "keystore/key/key_proof.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

/// The revision of these settings; empty when they are not those of the last backup.
std::string known_revision(const keystore::Mac& tag, const platform::Path& state_directory);
/// The same, but gives changed settings a new revision, which is durable on return. For callers that hold the lock of
/// backups.
platform::Result<std::string> revision_of(const keystore::Mac& tag, const platform::Path& state_directory);

}  // namespace agent
