// SPDX-License-Identifier: ISC
#include "platform/audit/audit.h"

#include <algorithm>

namespace platform {

Severity KeyFileAudit::worst() const {
  Severity worst = Severity::note;
  for (const Finding& finding : findings) worst = std::max(worst, finding.severity);
  return worst;
}

std::string describe(const Finding& finding) {
  return finding.path.string() + ": found " + finding.found + ", expected " + finding.expected;
}

std::string_view name_of(FindingKind kind) {
  // Scripts read these words from JSON, so they never change.
  switch (kind) {
    case FindingKind::missing: return "missing";
    case FindingKind::not_regular: return "not-regular";
    case FindingKind::several_names: return "several-names";
    case FindingKind::wrong_size: return "wrong-size";
    case FindingKind::wrong_owner: return "wrong-owner";
    case FindingKind::service_cannot_read: return "service-cannot-read";
    case FindingKind::readable_by_group: return "readable-by-group";
    case FindingKind::readable_by_others: return "readable-by-others";
    case FindingKind::writable_by_others: return "writable-by-others";
    case FindingKind::executable: return "executable";
    case FindingKind::special_bits: return "special-bits";
    case FindingKind::extended_acl: return "extended-acl";
    case FindingKind::immutable: return "immutable";
    case FindingKind::directory_writable: return "directory-writable";
    case FindingKind::directory_owner: return "directory-owner";
    case FindingKind::link_in_path: return "link-in-path";
    case FindingKind::network_file_system: return "network-file-system";
    case FindingKind::memory_file_system: return "memory-file-system";
    case FindingKind::second_candidate: return "second-candidate";
    case FindingKind::stray_copy: return "stray-copy";
    case FindingKind::alternate_stream: return "alternate-stream";
  }
  __builtin_unreachable();
}

}  // namespace platform
