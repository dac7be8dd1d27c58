// SPDX-License-Identifier: ISC
#include "agent/actions/conclude_gate.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/config/typed_commands.h"
#include "agent/gate/current_start.h"
#include "agent/gate/notes.h"
#include "agent/gate/start_override.h"
#include "platform/files/file_stamp.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Result;

Result<void> apply_override(const Host& host, Report& report) {
  const auto note = TRY(take_override(host.files.state_directory));
  if (!note) return {};
  report.warnings.push_back("allowed by an override of " + platform::format_time(note->made) +
                            ", now used up: " + note->reason);
  // The report says both, so that a log shows later that this start was allowed by a person and not by the gate.
  report.gate->overridden = true;
  report.gate->allowed = true;
  report.code = exit_done;
  return {};
}

void sum_up(Report& report) {
  const bool allowed = report.gate->allowed;
  report.lines.push_back(allowed ? "Ops Manager may start" : "Ops Manager must not start");
  // With "warn" the decision is made in full and only not enforced, so that an administrator can see what another
  // policy would do.
  if (report.gate->policy != Policy::warn || allowed) return;
  report.lines.back() =
      "Ops Manager may start; policy \"default\" would refuse it (" + std::to_string(int{report.code}) + ")";
  report.gate->allowed = true;
  report.code = exit_done;
}

// `ensure` prints how to start Ops Manager only if the file was the reason. After a disagreement a repaired file
// changes nothing.
bool is_about_the_file(Reason reason) {
  switch (reason) {
    case Reason::no_key:
    case Reason::lost_key:
    case Reason::invalid_key:
    case Reason::unsafe_key:
    case Reason::not_recorded:
    case Reason::unreadable_record: return true;
    case Reason::unconfirmed:
    case Reason::outnumbered:
    case Reason::later_generation:
    case Reason::no_majority:
    case Reason::not_all_agree: return false;
  }
  __builtin_unreachable();
}

Result<void> save_note(const Host& host, const std::string& stamp, const Report& report) {
  const platform::Path& directory = host.files.state_directory;
  // A short wait: Ops Manager's start must not hang on a note.
  const auto lock = TRY(platform::FileLock::acquire(host.lock_file(), limits::note_lock_wait));
  return save(
      GateNote{.decided = platform::now(),
               .allowed = report.gate->allowed,
               .overridden = report.gate->overridden,
               .code = report.code,
               .file_was_wrong = std::ranges::any_of(report.gate->reasons, is_about_the_file),
               // If the same start asks again, this finds the first answer.
               .start = this_start(host.options.command == Command::hook_run ? Asked::by_script : Asked::by_unit),
               .key_file = host.files.key_file,
               .stamp = stamp},
      directory);
}

}  // namespace

std::string stamp_of_key(const Host& host) {
  const auto stamp = platform::stamp_of(host.files.key_file);
  // Without a file the stamp is empty, which matches no file that may appear later.
  return stamp ? *stamp : "";
}

Result<void> conclude(const Host& host, const std::string& stamp, Report& report) {
  if (!report.gate->allowed) {
    report.warnings.push_back("to let Ops Manager start once all the same: " +
                              command_line_for(host.options, "gate --allow-next-start --reason TEXT"));
    // Asked only after a refusal, so that the override waits for the start that needs it.
    if (!host.options.dry_run) TRY(apply_override(host, report));
  }
  // After the override, so that the last line says what really happens.
  sum_up(report);
  if (host.options.dry_run) return {};
  const auto written = save_note(host, stamp, report);
  // Two failures are normal: the service's own account runs the gate and may not write here, and before the first key
  // there may be no state directory.
  const bool expected =
      !written && (written.error().kind == ErrorKind::denied || written.error().kind == ErrorKind::not_found);
  // A warning only. A full disk must not change the decision about a start.
  if (!written && !expected) report.warnings.push_back("the decision is not noted: " + written.error().message);
  return {};
}

}  // namespace agent
