// SPDX-License-Identifier: ISC
#include "agent/actions/conclude_gate.h"

#include <algorithm>

#include "agent/actions/unit_status.h"
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

std::vector<Message> messages_about(const std::vector<Mistake>& mistakes, Policy policy) {
  std::vector<Message> messages;
  for (std::string& sentence : sentences_about(mistakes, policy)) messages.push_back({.text = std::move(sentence)});
  return messages;
}

bool has_reason(const Report& report, std::initializer_list<Reason> reasons) {
  return std::ranges::find_first_of(report.gate->reasons, reasons) != report.gate->reasons.end();
}

void apply_override(const Host& host, Report& report) {
  const auto note = take_override(host.files.state_directory);
  if (!note) {
    report.warn("the override for one start cannot be removed, so it does not count: " + note.error().message);
    return;
  }
  if (!*note) return;
  report.warn("allowed by an override of " + platform::format_time((*note)->made) +
              ", now used up: " + (*note)->reason);
  // The report says both, so that a log shows later that this start was allowed by a person and not by the gate.
  report.gate->overridden = true;
  report.gate->allowed = true;
  report.code = exit_done;
}

// The last step of the first refusal: `systemctl status` shows few lines, and each message of its own takes one more.
void offer_override(const Host& host, Report& report) {
  const auto refusal = std::ranges::find_if(
      report.warnings, [](const Message& message) { return message.text.starts_with("refused: "); });
  const platform::Step offer = {"to start Ops Manager once all the same",
                                command_line_for(host.options, "gate --allow-next-start --reason TEXT")};
  if (refusal == report.warnings.end()) return report.warn("one start can be allowed all the same", {offer});
  refusal->steps.push_back(offer);
}

// Only for a refusal that stands, so that the override waits for the start that needs it.
void consider_override(const Host& host, Report& report) {
  if (has_reason(report, {Reason::no_key, Reason::lost_key})) {
    report.warn("no override starts Ops Manager without a key, because it would create a new, wrong one");
    return;
  }
  // What Ops Manager does with a file that is no key is its own affair, and nothing to advise.
  if (!has_reason(report, {Reason::invalid_key})) offer_override(host, report);
  if (!host.options.dry_run) apply_override(host, report);
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
               .reasons = report.gate->reasons,
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

void warn_of_mistakes(const Host& host, Report& report) {
  auto messages = messages_about(host.mistakes, report.gate->policy);
  report.warnings.insert(report.warnings.begin(), messages.begin(), messages.end());
}

void conclude(const Host& host, const std::string& stamp, Report& report) {
  warn_of_mistakes(host, report);
  if (!report.gate->allowed && !refuses_nothing(report.gate->policy)) consider_override(host, report);
  // After the override, so that the last line says what really happens.
  sum_up(report);
  if (host.options.dry_run) return;
  if (!report.gate->allowed) show_refusal(host, report.gate->reasons);
  const auto written = save_note(host, stamp, report);
  // Two failures are normal: the service's own account runs the gate and may not write here, and before the first key
  // there may be no state directory.
  const bool expected =
      !written && (written.error().kind == ErrorKind::denied || written.error().kind == ErrorKind::not_found);
  // A warning only. A full disk must not change the decision about a start.
  if (!written && !expected) report.warn("the decision could not be saved: " + written.error().message);
}

Result<Report> under_policy(Result<Report> answer, const Options& options, const Settings& settings) {
  const Policy policy = options.policy.value_or(settings.config.policy);
  if (answer || !decides_about_start(options) || options.allow_next_start || !refuses_nothing(policy)) return answer;
  Report report{.command = options.command};
  report.gate = GatePart{.policy = policy, .allowed = true};
  report.lines.push_back("Ops Manager may start: the gate failed, and its policy is \"" +
                         std::string(policy_names.of(policy)) + "\"");
  report.warnings = messages_about(settings.mistakes, policy);
  report.warn(answer.error().message);
  return report;
}

}  // namespace agent
