// What this host remembers of its backups: what lies where, and when it was last seen and drilled.
//
// File: backups.json in the state directory, schema "genkey-agent/backups/1", root's to write and everybody's to read.
// It holds nothing of the key: the digests are of encrypted copies and of lists of recipients, and which key a copy has
// is told by the record's epoch, which settings by their revision (agent/backups/host_state_revision.h). When it is
// lost, copies are made anew, and the number of the key goes on behind what the destinations have.
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
  std::string destination;  // text_of() it
  keystore::BackupName name;
  std::string epoch;       // of the record whose key it has, or beside whose key it was made
  std::string revision;    // of the host's state in it; empty for a key
  std::string digest;      // of the copy as it is stored
  std::string recipients;  // digest of the list it was encrypted to; empty for a passphrase, which nothing is like
  platform::Time first;    // when the first copy of this key came there
  platform::Time stored;   // this one
  platform::Time seen;     // last found there, byte for byte
  std::optional<platform::Time> drilled;
  std::optional<std::string> mount;  // the network mount that held it

  bool operator==(const BackupNote&) const = default;
};

struct BackupNotes {
  std::uint32_t key_number = 0;  // counts the keys of this host; 0 before the first backup
  std::string epoch;             // of the record that had this number
  std::vector<BackupNote> notes;

  /// Of this destination, content and format.
  [[nodiscard]] const BackupNote* find(std::string_view destination, keystore::BackupName::Content content,
                                       keystore::BackupName::Format format) const;
  /// Takes the place of the one before it.
  void put(BackupNote note);

  bool operator==(const BackupNotes&) const = default;
};

/// SHA-256 in hex digits, of what is public.
std::string digest_of(platform::BytesView bytes);

std::string encode(const BackupNotes& notes);
/// configuration when it is not one.
platform::Result<BackupNotes> decode_backup_notes(std::string_view text);

/// Empty when there are none, or none that can be understood or trusted.
BackupNotes load_backup_notes(const platform::Path& state_directory);
/// Durable when it returns. For callers that hold the lock of backups (agent/backups/host_backups.h).
platform::Result<void> save(const BackupNotes& notes, const platform::Path& state_directory);

}  // namespace agent
