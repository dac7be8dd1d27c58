// SPDX-License-Identifier: ISC
// The record's files in the state directory: the record, the record that is pending, and the public part.
//
// Functions that change something expect the caller to hold the lock. Besides what they name, their failures are those
// of platform/files/file.h.
#pragma once

#include <optional>

#include "keystore/host_key/key_files.h"
#include "keystore/host_key/record.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace keystore {

platform::Path record_path(const KeyFiles& files);
platform::Path pending_path(const KeyFiles& files);
platform::Path public_path(const KeyFiles& files);

/// A record, no record, or a record whose content is unknown. The last is never the same as none.
struct FoundRecord {
  std::optional<Record> record;
  std::optional<platform::Error> problem;  // denied, busy or unreadable_record
  bool damaged = false;                    // it was read, and it is not a record
};
FoundRecord read_record(const platform::Path& path);

/// The record alone; nothing if there is no record. Fails when the record cannot be read or understood, because that
/// does not mean that there is no record.
platform::Result<std::optional<Record>> load_record(const platform::Path& state_directory);

/// Says which key is coming, before the key file changes.
platform::Result<void> write_pending(const KeyFiles& files, const Record& record);
/// Makes the pending record the record, in one step.
platform::Result<void> promote_pending(const KeyFiles& files, const Record& record);

/// Writes the record alone. Touches nothing when the record on disk is the same, and never replaces a record that
/// cannot be read. Gives whether it was written.
platform::Result<bool> save_record(const KeyFiles& files, const Record& record);

/// The record's public part, which any account of this host may read. not_found before there is a record.
platform::Result<PublicRecord> load_public(const platform::Path& state_directory);
/// Whether the public part is what `record` says, and no write of it was left unfinished.
bool is_published(const KeyFiles& files, const Record& record);
/// Writes the public part unless it is_published().
platform::Result<void> publish(const KeyFiles& files);

/// Renames a record that cannot be read to record.damaged, so that a new one can be made, and gives the new name. Only
/// for a person who says so: nobody else knows what the record said.
platform::Result<platform::Path> set_record_aside(const KeyFiles& files);
/// Whether this host once had a record that was set aside, and so has had a key.
bool was_record_set_aside(const KeyFiles& files);

}  // namespace keystore
