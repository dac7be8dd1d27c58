// SPDX-License-Identifier: ISC
// Repairs a key file's owner, mode and access list, and names the command by which a person does the same.
//
// Never touches a directory or the content of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/audit/audit.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

enum class RepairScope : std::uint8_t {
  broken_only,  // for `ensure` and the gate: only what the service cannot read or a stranger can write
  everything,   // for `audit --fix`
};

/// Gives the key file the service's owner, mode 0600 and no access list (on Windows the right access list). Never goes
/// through a link, and only touches the very file that `audit` examined.
///
/// Returns what was changed, as sentences ("changed the mode of … from 0644 to 0600"; "would change …" in a dry run).
/// unsafe_file for links, special files, files with several names, and another file than the audited file. Stops at the
/// first failure; earlier changes stay.
Result<std::vector<std::string>> repair_key_file(const Path& key_file, const Account& service,
                                                 const KeyFileAudit& audit, RepairScope scope, bool dry_run);

/// The shell command that fixes the finding, with sudo where the caller needs it. Nothing where only a person can
/// decide.
std::optional<std::string> repair_command(const Finding& finding, const Account& service);
/// The shell command that removes the file of the finding.
std::string removing_command(const Finding& finding);

}  // namespace platform
