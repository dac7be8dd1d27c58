// SPDX-License-Identifier: ISC
#include "agent/actions/repair_key_file.h"

#include "platform/audit/repair.h"

namespace agent {

namespace {

using platform::Result;
using platform::Severity;

platform::KeyFileAudit look(const Host& host) {
  return platform::audit_key_file(host.files.key_file, host.files.service, host.installation.other_candidates);
}

}  // namespace

Result<Repaired> repair_what_is_broken(const Host& host) {
  Repaired repaired{.audit = look(host), .changed = {}};
  // Rights that are merely too open stay as they are: an administrator may have wanted them, and the gate starts in
  // spite of them.
  if (repaired.audit.worst() != Severity::broken || !repaired.audit.facts) return repaired;
  auto changed = platform::repair_key_file(host.files.key_file, host.files.service, repaired.audit,
                                           platform::RepairScope::broken_only, host.options.dry_run);
  // What must not or cannot be touched stays a finding, with its command.
  if (!changed) return repaired;
  repaired.changed = std::move(*changed);
  // Examined again, so that the report shows the state after the repair and not what was repaired.
  if (!repaired.changed.empty() && !host.options.dry_run) repaired.audit = look(host);
  return repaired;
}

void warn_of_findings(Report& report, const Host& host, const std::vector<platform::Finding>& findings) {
  for (const platform::Finding& finding : findings) {
    if (finding.severity == Severity::note) continue;
    // Some findings have no safe command, for example a link. Then the sentence stands alone.
    const auto command = platform::repair_command(finding, host.files.service);
    report.warn(platform::describe(finding), command ? platform::Steps{{"", *command}} : platform::Steps());
  }
}

}  // namespace agent
