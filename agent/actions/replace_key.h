// SPDX-License-Identifier: ISC
// `generate --replace`: the next generation of a fleet's key, in place of a key whose databases may still need it. It
// does not bring the new key to other hosts.
#pragma once

#include <optional>

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "platform/base/clock.h"

namespace agent {

/// A copy of the recorded key that was stored, or found as it was stored, within the last hour.
struct FreshBackup {
  bool drilled = false;  // somebody has opened a copy of this key
};
/// Nothing when the notes have no such copy. No destination is asked.
std::optional<FreshBackup> fresh_backup(const Host& host, const keystore::Record& record, platform::Time now);

platform::Result<Report> replace_key(const Host& host);

}  // namespace agent
