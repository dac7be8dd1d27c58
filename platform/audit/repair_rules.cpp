// SPDX-License-Identifier: ISC
#include "platform/audit/repair_rules.h"

#include <algorithm>

namespace platform {

namespace {

bool can_be_repaired(const Finding& finding, const Path& key_file) {
  switch (finding.kind) {
    case FindingKind::wrong_owner:
    case FindingKind::service_cannot_read:
    case FindingKind::readable_by_group:
    case FindingKind::readable_by_others:
    case FindingKind::writable_by_others:
    case FindingKind::executable:
    case FindingKind::special_bits:
    // Only findings that owner, mode or access list of the key file cause. Directories are shared with others, so a
    // person decides about them.
    case FindingKind::extended_acl: return finding.path == key_file && finding.type == FileType::regular;
    case FindingKind::missing:
    case FindingKind::not_regular:
    case FindingKind::several_names:
    case FindingKind::wrong_size:
    case FindingKind::immutable:
    case FindingKind::directory_writable:
    case FindingKind::directory_owner:
    case FindingKind::link_in_path:
    case FindingKind::network_file_system:
    case FindingKind::memory_file_system:
    case FindingKind::second_candidate:
    case FindingKind::stray_copy:
    case FindingKind::alternate_stream: return false;
  }
  __builtin_unreachable();
}

}  // namespace

Result<void> require_plain_file(const KeyFileAudit& audit) {
  for (const Finding& finding : audit.findings) {
    // Changing owner or mode of such a file could give a stranger access to another file.
    const bool special = finding.kind == FindingKind::not_regular || finding.kind == FindingKind::several_names;
    if (special) return fail(ErrorKind::unsafe_file, describe(finding));
  }
  return {};
}

bool wants_repair(const Path& key_file, const KeyFileAudit& audit, RepairScope scope) {
  return std::ranges::any_of(audit.findings, [&](const Finding& finding) {
    // `ensure` runs unattended and must not change what an administrator set on purpose and what works.
    const bool enough = scope == RepairScope::everything || finding.severity == Severity::broken;
    return enough && can_be_repaired(finding, key_file);
  });
}

}  // namespace platform
