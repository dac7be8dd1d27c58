// Backing up, as `backup` does it and as commands do it beside what they are for.
#pragma once

#include "agent/backups/encryption.h"
#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// The recorded key of this host, and nothing else: no_key, not_recorded or unsure when there is none.
struct RecordedKey {
  keystore::GenKey key;
  keystore::Record record;
};
platform::Result<RecordedKey> recorded_key(const Host& host);

/// Encrypts it and stores a copy at each configured destination, unless the newest one there has this key and these
/// recipients, and its bytes are those that were stored. What fails at one destination is told in the report, with its
/// exit code, and holds back no other. An error: nothing was stored anywhere.
platform::Result<void> back_up(const Host& host, const BackupRecipients& recipients, Report& report);

/// For commands that just installed a key, or may have: where recipients are configured and the notes do not tell of a
/// copy of this key at each destination, backs up. Whatever fails is a warning, and at most exit_attention. Where
/// nothing is configured, a command that brought a fleet its key says so.
void back_up_beside(const Host& host, Report& report);

}  // namespace agent
