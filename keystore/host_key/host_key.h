// SPDX-License-Identifier: ISC
// The key and its record on one host: what is there. How it may change is in keystore/host_key/installation.h; whether
// it should change is decided in agent/actions and agent/commands.
#pragma once

#include <optional>
#include <string>

#include "keystore/host_key/key_files.h"
#include "keystore/host_key/record.h"
#include "keystore/host_key/record_file.h"
#include "keystore/key/gen_key.h"
#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/files/file.h"

namespace keystore {

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
  // There is a record, and what it says is not known: it is damaged, or cannot be read. Never the same as no record.
  std::optional<platform::Error> record_problem;
  bool is_recorded = false;  // there is a record, and it is the record of this key

  /// Provisional if there is no record, or if the key is not the recorded one.
  [[nodiscard]] Standing standing() const;
};

/// The key file alone; nothing about the record.
Holding load_key(const platform::Path& key_file);

/// Never changes anything, and needs no lock. Each problem of the record and of the key file is in the Holding, so that
/// a record that cannot be read does not hide what is known about the key.
platform::Result<Holding> load(const KeyFiles& files);

/// The problem of the record, if it has one. For every command that would act on what the record says, or on its
/// absence.
platform::Result<void> check_record(const Holding& holding);

/// Creates what is missing of the state directory. `agent` owns the part where its processes write.
platform::Result<void> prepare_state_directory(const KeyFiles& files, const platform::Account& agent);

/// What `--confirm` demands for the present key: the fleet of its record in hex, or "unrecorded". A person has to look
/// at this host's status to know it, so nobody displaces a key without looking.
std::string confirmation_word(const Holding& present);

}  // namespace keystore
