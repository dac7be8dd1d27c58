// SPDX-License-Identifier: ISC
// Where the key of one host is, and what belongs to it. Only paths; whether there is a key is in
// keystore/host_key/host_key.h.
//
// State directory, root's:
//   record.json          the record; 0640 with the service's group, so that the gate can run as the service
//   claim.json           the record's public part, for the listener; everybody may read it
//   record.pending       the record of a key that is being installed; stays there after a power cut
//   displaced/           keys that were put aside, 0700; kept, because data may be encrypted with them
//   record.damaged       a record that a person had set aside, because it could not be read
//   lock                 held by every command that changes any of this
//   identity.pem         agent/transport/identity.h
//   backups.json         agent/backups/notes.h; backup.lock is held while they change
//   agent/               the agent account's: roster, tickets, results; agent/fleet/state_file.h
#pragma once

#include "platform/accounts/account.h"
#include "platform/base/path.h"

namespace keystore {

struct KeyFiles {
  platform::Path state_directory;
  platform::Path key_file;
  platform::Account service;  // owns the key file, and its group may read the record
};

}  // namespace keystore
