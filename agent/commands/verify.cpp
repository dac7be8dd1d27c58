// SPDX-License-Identifier: ISC
// verify: does every peer hold the same key?
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/fleet/member.h"
#include "agent/fleet/voters.h"
#include "agent/gate/decision.h"
#include "agent/report/advice.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peer_table.h"
#include "agent/report/peers.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_key(const Host& host, const keystore::Holding& holding) {
  // Without a key nothing can be proved, and every peer would appear as disagreeing.
  if (holding.state == keystore::KeyState::absent) {
    const bool lost = has_had_key(holding);
    return fail(lost ? ErrorKind::lost_key : ErrorKind::no_key,
                std::string(lost ? "this host's key is missing" : "there is no key on this host") + ": " +
                    host.files.key_file.string() + " does not exist");
  }
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  return {};
}

// A large fleet takes longer than one peer, so the default grows with it. A --wait is kept as it is given.
std::chrono::milliseconds wait_for(const Host& host, std::size_t addresses) {
  if (host.options.wait) return *host.options.wait;
  return limits::verify_wait + limits::verify_wait_per_address * static_cast<std::int64_t>(addresses);
}

OwnRow own_row(const Host& host, const keystore::Holding& holding) {
  return {.name = host.name,
          .address = host.address().text(),
          .standing = holding.standing(),
          .generation = holding.record ? holding.record->generation : 0,
          .since = holding.record ? std::optional(holding.record->installed) : std::nullopt};
}

// Peers may agree with a key that is not the recorded one. That is still not success on this host.
void tell_own_key(const Host& host, const keystore::Holding& holding, Report& report) {
  if (holding.record && !holding.is_recorded) {
    report.code = worst(report.code, exit_other_key);
    report.warn("the key on this host is not the one recorded for it",
                steps_for(ErrorKind::not_recorded, host.options));
  }
  if (const auto& problem = holding.record_problem) {
    report.code = worst(report.code, exit_code_for(problem->kind));
    report.warnings.push_back(message_about(*problem, host.options));
  }
}

}  // namespace

Result<Report> verify(const Host& host) {
  Report report{.command = Command::verify, .changed = false};
  Member member = TRY(open_member(host));
  TRY(check_key(host, member.holding));
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const bool everybody = host.options.peers.empty();
  const auto targets = everybody ? targets_of(host, roster) : targets_of(host, roster, host.options.peers);
  const AskOptions options{.wait = wait_for(host, targets.size())};
  // Removals that cannot be read end the command here, since without them nobody could be told from a removed host.
  const auto peers = TRY(ask(host, member, roster_file, targets, options));
  const auto remembered =
      remember_answers(host, member, roster_file, peers, everybody ? Coverage::everybody : Coverage::some);
  report.changed = remembered.value_or(false);
  report.peers = without_this_host(peers);
  report.code = exit_code_for(*report.peers);
  if (!remembered) {
    // The answers stand and decide the code. Only a good result is spoiled, because the next status would not know
    // about it.
    if (report.code == exit_done) report.code = exit_failed;
    report.warnings.push_back(
        message_about(remembered.error(), host.options, "what the peers proved could not be saved: "));
  }
  report.key = key_part(host.files, member.holding);
  tell_own_key(host, member.holding, report);
  if (roster_file.damage()) report.warn(*roster_file.damage());
  report.lines =
      verify_table(own_row(host, member.holding), *report.peers, TRY(roster_file.current()), platform::now());
  report.lines.push_back(report.peers->empty() ? "no peers are known" : describe(agreement_of(*report.peers)));
  advise_about(report, *report.peers, host, member.identity.pin());
  warn_of_weakness(report, member.holding);
  return report;
}

}  // namespace agent::commands
