// SPDX-License-Identifier: ISC
// Backs up the key and settings of this host: for `backup`, and for commands that have just installed a key. It prunes
// nothing.
#pragma once

#include "agent/backups/encryption.h"
#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// The key of this host, if it is the recorded one. no_key, lost_key, not_recorded or unsure otherwise, so that a wrong
/// key never gets into a backup.
struct RecordedKey {
  keystore::GenKey key;
  keystore::Record record;
};
platform::Result<RecordedKey> recorded_key(const Host& host);

/// Stores an encrypted copy at each configured destination, unless the newest copy there has this key and these
/// recipients and is still what was stored. A failure at one destination goes into the report, with its exit code, and
/// the others are tried all the same. An error means that nothing was stored anywhere.
platform::Result<void> back_up(const Host& host, const BackupRecipients& recipients, Report& report);

/// For commands that may have installed a key. Backs up to each configured destination for which the notes have no copy
/// of this key. A failure is only a warning, with exit_attention, because the command has done its own work. Where no
/// backup is configured, a command that gave the fleet its key warns of that.
void back_up_beside(const Host& host, Report& report);

}  // namespace agent
