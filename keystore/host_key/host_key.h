// SPDX-License-Identifier: ISC
// The key and its record on one host: what is there, and every way in which it may change. Whether it should change is
// decided in agent/actions and agent/commands.
//
// State directory, root's:
//   record.json          the record; 0640 with the service's group, so that the gate can run as the service
//   claim.json           the record's public part, for the listener; everybody may read it
//   record.pending       the record of a key that is being installed; stays there after a power cut
//   displaced/           keys that were put aside, 0700; kept, because data may be encrypted with them
//   lock                 held by every command that changes any of this
//   identity.pem         agent/transport/identity.h
//   backups.json         agent/backups/notes.h; backup.lock is held while they change
//   agent/               the agent account's: roster, tickets, results; agent/fleet/state_file.h
//
// An installation writes the pending record, then the key, then renames the pending record. After a power cut the state
// is the old one, or finish_interrupted() completes the new one without asking anybody. A key that is in place without
// any record would look like a stranger's key and could be displaced.
//
// Functions that change something expect the caller to hold the lock. Besides what they name, their failures are those
// of platform/files/file.h.
#pragma once

#include <optional>
#include <string>

#include "keystore/host_key/record.h"
#include "keystore/key/gen_key.h"
#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/files/file.h"

namespace keystore {

struct KeyFiles {
  platform::Path state_directory;
  platform::Path key_file;
  platform::Account service;  // owns the key file, and its group may read the record
};

enum class KeyState : std::uint8_t {
  absent,
  present,
  invalid,     // not 24 bytes
  unsafe,      // a link, a special file, or more than one name; not read
  unreadable,  // this process may not read it
};

/// What a host holds, as found in one look. It may have changed by the time that somebody acts on it, so actions look
/// again under the lock.
struct Holding {
  KeyState state = KeyState::absent;
  std::optional<GenKey> key;
  std::optional<platform::FileFacts> facts;
  std::optional<platform::Error> key_problem;  // for invalid, unsafe, unreadable
  std::optional<Record> record;
  std::optional<platform::Error> record_problem;  // there is a record, and it cannot be understood
  bool is_recorded = false;                       // there is a record, and it is the record of this key

  /// Provisional if there is no record, or if the key is not the recorded one.
  [[nodiscard]] Standing standing() const;
};

/// Never changes anything, and needs no lock. Fails with io or busy. Any other problem of the record or of the key file
/// is in the Holding.
platform::Result<Holding> load(const KeyFiles& files);

/// The record alone; nothing if there is no record. Fails when the record cannot be read or understood, because that
/// does not mean that there is no record.
platform::Result<std::optional<Record>> load_record(const platform::Path& state_directory);

/// Creates what is missing of the state directory. `agent` owns the part where its processes write.
platform::Result<void> prepare_state_directory(const KeyFiles& files, const platform::Account& agent);

/// Where displaced files are kept, readable by root only. Durably created when it is missing.
platform::Result<platform::Path> displaced_directory(const KeyFiles& files);

/// Completes an installation that a power cut interrupted, or forgets it when its key did not arrive. Under the lock.
platform::Result<void> finish_interrupted(const KeyFiles& files);

/// Fails with exists when there is any key file by then, and with mount_absent when the recorded network mount is not
/// there.
platform::Result<void> install(const KeyFiles& files, const GenKey& key, const Record& record);

/// Keeps a copy of the present key file, whatever it holds, and replaces the file by `key`. Gives the path of the copy.
/// Fails as install() does, and with exists when the key file is not the one of `present` any more.
platform::Result<platform::Path> displace(const KeyFiles& files, const Holding& present, const GenKey& key,
                                          const Record& record);

/// Writes the record alone. Touches nothing when the record on disk is the same. Gives whether it was written.
platform::Result<bool> save_record(const KeyFiles& files, const Record& record);

/// The record's public part, which any account of this host may read. not_found before there is a record.
platform::Result<PublicRecord> load_public(const platform::Path& state_directory);
/// Whether the public part is what `record` says, and no write of it was left unfinished.
bool is_published(const KeyFiles& files, const Record& record);
/// Writes the public part unless it is_published().
platform::Result<void> publish(const KeyFiles& files);

/// Renames a record that cannot be understood to record.damaged, so that a new one can be made.
platform::Result<void> set_record_aside(const KeyFiles& files);

/// What `--confirm` demands for the present key: the fleet of its record in hex, or "unrecorded". A person has to look
/// at this host's status to know it, so nobody displaces a key without looking.
std::string confirmation_word(const Holding& present);

}  // namespace keystore
