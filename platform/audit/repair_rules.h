// SPDX-License-Identifier: ISC
// Which findings of an audit a repair of the key file alone can fix. Pure.
#pragma once

#include "platform/audit/audit.h"
#include "platform/audit/repair.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// unsafe_file unless the audit found a regular file with one name, or no file at all.
Result<void> require_plain_file(const KeyFileAudit& audit);
bool wants_repair(const Path& key_file, const KeyFileAudit& audit, RepairScope scope);

}  // namespace platform
