// SPDX-License-Identifier: ISC
// verify: does every peer hold the same key?
#include "agent/actions/own_key_report.h"
#include "agent/commands/table.h"
#include "agent/fleet/member.h"
#include "agent/fleet/voters.h"
#include "agent/report/advice.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peer_table.h"
#include "agent/report/peers.h"

namespace agent::commands {

namespace {

using platform::Result;

OwnRow own_row(const Host& host, const keystore::Holding& holding) {
  return {.name = host.name,
          .address = host.address().text(),
          .standing = holding.standing(),
          .generation = holding.record ? holding.record->generation : 0,
          .since = holding.record ? std::optional(holding.record->installed) : std::nullopt};
}

}  // namespace

Result<Report> verify(const Host& host) {
  Report report{.command = Command::verify, .changed = false};
  Member member = TRY(open_member(host));
  TRY(require_key(host, member.holding));
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
  tell_own_record(host, member.holding, report);
  if (roster_file.damage()) report.warn(*roster_file.damage());
  report.lines =
      verify_table(own_row(host, member.holding), *report.peers, TRY(roster_file.current()), platform::now());
  report.lines.push_back(report.peers->empty() ? "no peers are known" : describe(agreement_of(*report.peers)));
  advise_about(report, *report.peers, host, member.identity.pin());
  warn_of_weakness(report, member.holding);
  return report;
}

}  // namespace agent::commands
