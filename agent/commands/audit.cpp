// SPDX-License-Identifier: ISC
// audit: the key file, the directories above it, and the agent's own files. With --fix, the key file is repaired.
#include "agent/actions/repair_key_file.h"
#include "agent/commands/table.h"
#include "agent/report/error_table.h"
#include "platform/audit/repair.h"

namespace agent::commands {

namespace {

using platform::Result;

std::vector<platform::OwnFile> own_files(const Host& host) {
  const auto root = platform::current_user();
  // The identity is a private key, and the record holds the witness. The notes hold neither and are for monitoring too.
  return {{.path = host.identity_file(), .uid = root, .most_open = 0600},
          {.path = host.record_file(), .uid = root, .most_open = 0640},
          {.path = host.files.state_directory / "backups.json", .uid = root, .most_open = 0644},
          {.path = host.files.state_directory, .uid = root, .most_open = 0755},
          {.path = host.files.state_directory / "displaced", .uid = root, .most_open = 0700},
          {.path = host.agent_directory(), .uid = host.agent.uid, .most_open = 0700}};
}

// One step that failed says nothing about the others, so what they found is reported too.
void add_failure(Report& report, const platform::Error& error) {
  report.warn(error.message, error.steps);
  report.code = worst(report.code, exit_code_for(error.kind));
}

void tell_key(const Host& host, const keystore::Holding& holding, Report& report) {
  report.key = key_part(host.files, holding);
  if (holding.record_problem) add_failure(report, *holding.record_problem);
  if (holding.state == keystore::KeyState::absent) report.code = worst(report.code, exit_no_key);
  if (holding.state == keystore::KeyState::invalid) report.code = worst(report.code, exit_invalid_key);
}

// A copy of the very key that this host uses can go without a loss. Any other may be the only one of an older key.
bool is_spare(const platform::Finding& finding, const keystore::Holding* holding) {
  if (finding.kind != platform::FindingKind::stray_copy || holding == nullptr || !holding->key) return false;
  auto copy = platform::read_secret_file(finding.path, keystore::GenKey::size);
  const auto key = copy ? keystore::GenKey::create(std::move(copy->content)) : tl::unexpected(copy.error());
  return key && holding->key->equals(*key);
}

Message message_on(const Host& host, const platform::Finding& finding, const keystore::Holding* holding) {
  std::string text = platform::describe(finding);
  if (is_spare(finding, holding))
    return {text + "; it holds this host's key", {{"to remove it", platform::removing_command(finding)}}};
  const auto command = platform::repair_command(finding, host.files.service);
  // A note is not a fault, and a person would run a command beside it without need.
  if (!command || finding.severity == platform::Severity::note) return {std::move(text)};
  return {std::move(text), {{"", *command}}};
}

}  // namespace

Result<Report> audit(const Host& host) {
  Report report{.command = Command::audit, .changed = false};
  auto found = platform::audit_key_file(host.files.key_file, host.files.service, host.installation.other_candidates);
  // Only with --fix does an audit change anything. Without a file there is nothing to repair.
  if (host.options.fix && found.facts) {
    const auto changed = platform::repair_key_file(host.files.key_file, host.files.service, found,
                                                   platform::RepairScope::everything, host.options.dry_run);
    if (!changed) add_failure(report, changed.error());
    if (changed) report.lines.insert(report.lines.end(), changed->begin(), changed->end());
    report.changed = changed && !changed->empty() && !host.options.dry_run;
    // Examined again, so that the report shows what is left after the repair.
    if (*report.changed)
      found = platform::audit_key_file(host.files.key_file, host.files.service, host.installation.other_candidates);
  }
  report.findings = found.findings;
  const auto own = platform::audit_own_files(own_files(host));
  report.findings->insert(report.findings->end(), own.begin(), own.end());
  // People who copied the key by hand leave copies in home directories and in /tmp, which no rule about the key file
  // itself would find.
  const auto copies = platform::find_forgotten_copies(host.files.key_file, host.options.root.value_or("/"));
  report.findings->insert(report.findings->end(), copies.begin(), copies.end());

  const auto holding = keystore::load(host.files);
  for (const platform::Finding& finding : *report.findings) {
    report.code = worst(report.code, exit_code_for(finding.severity));
    report.lines.push_back(for_people(message_on(host, finding, holding ? &*holding : nullptr)));
  }
  if (holding)
    tell_key(host, *holding, report);
  else
    add_failure(report, holding.error());
  if (report.lines.empty() && report.warnings.empty())
    report.lines.push_back(host.files.key_file.string() + " and everything above it are as they should be");
  return report;
}

}  // namespace agent::commands
