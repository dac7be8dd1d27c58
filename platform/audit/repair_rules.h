// Which of an audit's findings mending the key file alone can undo.
#pragma once

#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

/// unsafe_file when the audit found something else than a file with one name.
Result<void> refuse_what_is_no_plain_file(const KeyFileAudit& audit);
bool wants_mending(const Path& key_file, const KeyFileAudit& audit, Mend what);

}  // namespace platform
