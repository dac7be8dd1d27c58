// SPDX-License-Identifier: ISC
// What this host remembers of its backups: which copy is at which destination, when it was last seen there, and when
// somebody last opened it (a drill).
//
// File: backups.json in the state directory, schema "genkey-agent/backups/1", written by root, readable by everybody.
// It holds nothing of the key. The digests are of encrypted copies and of lists of recipients; the record's epoch
// stands for the key, and a revision (agent/backups/host_state_revision.h) for the settings. If the file is lost, new
// copies are made, and the key is numbered after the highest number at the destinations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/backup_destination.h"
#include "keystore/backup/name.h"
#include "platform/base/bytes.h"
#include "platform/base/clock.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

/// The newest copy of one content in one format at one destination.
struct BackupNote {
  std::string destination;  // its text_of()
  keystore::BackupName name;
  std::string epoch;       // of the record when the copy was made
  std::string revision;    // of the host's state in it; empty for a key
  std::string digest;      // of the copy as it is stored
  std::string recipients;  // digest of the list it was encrypted to; empty for a passphrase
  platform::Time first;    // when the first copy of this key was stored there
  platform::Time stored;   // when this copy was
  platform::Time seen;     // when it was last found there, byte for byte
  std::optional<platform::Time> drilled;
  std::optional<std::string> mount;  // the network mount that held it

  bool operator==(const BackupNote&) const = default;
};

struct BackupNotes {
  std::uint32_t key_number = 0;  // counts the keys of this host; 0 before the first backup
  std::string epoch;             // of the record that had this number
  std::vector<BackupNote> notes;

  /// Null when there is none.
  [[nodiscard]] const BackupNote* find(std::string_view destination, keystore::BackupName::Content content,
                                       keystore::BackupName::Format format) const;
  /// Replaces the note of the same destination, content and format.
  void put(BackupNote note);

  bool operator==(const BackupNotes&) const = default;
};

/// SHA-256 in hex digits. Only for public bytes, because the digest is shown and compared openly.
std::string digest_of(platform::BytesView bytes);

std::string encode(const BackupNotes& notes);
/// configuration when the text is not a file of notes.
platform::Result<BackupNotes> decode_backup_notes(std::string_view text);

/// Empty when the file is absent, unreadable, damaged, or not safely owned.
BackupNotes load_backup_notes(const platform::Path& state_directory);
/// Durable on return. For callers that hold the lock of backups (agent/backups/host_backups.h).
platform::Result<void> save(const BackupNotes& notes, const platform::Path& state_directory);

}  // namespace agent
