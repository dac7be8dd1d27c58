// The key and its record on one host: what is there, and every way in which it may change.
//
// State directory, root's:
//   record.json          the record; 0640, group of the service, so that the gate works when the service asks it
//   claim.json           its public part, for the listener; everybody may read it
//   record.pending       the record of a key that is about to be installed, or that was just before a power cut
//   displaced/           keys that were put aside, 0700: a displaced key may have encrypted data
//   lock                 held by whoever changes any of this
//   identity.pem         agent/transport/identity.h
//   backups.json         agent/backups/notes.h; backup.lock is held while they change
//   agent/               the agent account's: roster, tickets, results; agent/fleet/state_files.h
//
// Order of an installation: pending record, key, record. A power cut between them leaves either the old state or one
// that finish_interrupted() completes without asking anybody.
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
  unsafe,      // a link, a special file, several names: not opened
  unreadable,  // this process may not read it
};

/// What a host holds, as found in one look.
struct Holding {
  KeyState state = KeyState::absent;
  std::optional<GenKey> key;
  std::optional<platform::FileFacts> facts;
  std::optional<platform::Error> key_problem;  // for invalid, unsafe, unreadable
  std::optional<Record> record;
  std::optional<platform::Error> record_problem;  // a record is there and cannot be understood
  bool is_recorded = false;                       // there is a record, and the key is the one it means

  /// Provisional without a record or with another key than the recorded one.
  [[nodiscard]] Standing standing() const;
};

/// Never changes anything. io when the state directory itself cannot be looked at.
platform::Result<Holding> load(const KeyFiles& files);

/// The record alone; nothing where there is none. Fails when it cannot be read or understood.
platform::Result<std::optional<Record>> load_record(const platform::Path& state_directory);

/// Creates what is missing of the state directory; `agent` owns its own part of it.
platform::Result<void> prepare_state_directory(const KeyFiles& files, const platform::Account& agent);

/// Where files that were put aside are kept, for root only; created when it is missing, durably.
platform::Result<platform::Path> displaced_directory(const KeyFiles& files);

/// Completes or forgets an installation that a power cut interrupted. Under the lock.
platform::Result<void> finish_interrupted(const KeyFiles& files);

/// exists when any key file is there by then. mount_absent when the recorded network mount is not there.
platform::Result<void> install(const KeyFiles& files, const GenKey& key, const Record& record);

/// Puts the present key file aside, whatever it holds, and installs `key`. Gives the path of the one put aside.
platform::Result<platform::Path> displace(const KeyFiles& files, const Holding& present, const GenKey& key,
                                          const Record& record);

/// Writes the record alone; nothing is touched when it says the same already. Tells whether it was written.
platform::Result<bool> save_record(const KeyFiles& files, const Record& record);

/// The record's public part, which any account of this host may read. not_found before there is a record.
platform::Result<PublicRecord> load_public(const platform::Path& state_directory);
/// Whether it is what `record` says, and no write of it was left half done.
bool is_published(const KeyFiles& files, const Record& record);
/// Writes it from the record where it is not.
platform::Result<void> publish(const KeyFiles& files);

/// Keeps an unintelligible record aside, so that a new one can be made.
platform::Result<void> set_record_aside(const KeyFiles& files);

/// What `--confirm` wants for the present key: the fleet of its record, or "unrecorded".
std::string confirmation_word(const Holding& present);

}  // namespace keystore
