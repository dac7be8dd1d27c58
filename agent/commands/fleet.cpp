// SPDX-License-Identifier: ISC
// fleet: every host of the fleet in one table, by its own report. It writes nothing; what the hosts have wrong,
// `doctor` says.
#include "agent/actions/ask_fleet.h"
#include "agent/actions/own_key_report.h"
#include "agent/commands/table.h"
#include "agent/fleet/voters.h"
#include "agent/report/doctor_hosts.h"
#include "agent/report/doctor_report.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"

namespace agent::commands {

platform::Result<Report> fleet(const Host& host) {
  Report report{.command = Command::fleet};
  const Member member = TRY(open_member(host));
  TRY(require_key(host, member.holding));
  RosterFile roster_file = roster_of(host);
  const FleetRound round = TRY(ask_fleet(host, member, roster_file));
  report.code = exit_code_for(round.peers);
  report.key = key_part(host.files, member.holding);
  report.own_members.push_back(hosts_member(round.evidence.hosts));
  report.lines = fleet_table(round.evidence.hosts);
  report.lines.push_back(round.peers.empty() ? "no peers are known" : describe(agreement_of(round.peers)));
  tell_own_record(host, member.holding, report);
  if (roster_file.damage()) report.warn(*roster_file.damage());
  advise_about(report, round.peers, host, member.identity.pin());
  warn_of_weakness(report, member.holding);
  return report;
}

}  // namespace agent::commands
