// SPDX-License-Identifier: ISC
// gate: may Ops Manager start? Exit 0 if so, whatever else is wrong.
#include <algorithm>

#include "agent/actions/conclude_gate.h"
#include "agent/actions/repair_key_file.h"
#include "agent/actions/unit_status.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/record_settling.h"
#include "agent/fleet/voters.h"
#include "agent/gate/decision.h"
#include "agent/gate/start_override.h"
#include "agent/report/advice.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::Result;
using platform::Severity;

bool asks_peers(Policy policy) { return policy != Policy::off && policy != Policy::local; }

Result<std::vector<PeerVerdict>> ask_and_remember_answers(const Host& host, Report& report) {
  Member member = TRY(open_member(host));
  // Without a key there is nothing to prove, so the start does not wait for peers.
  if (!member.holding.key) return std::vector<PeerVerdict>();
  RosterFile roster_file = roster_of(host);
  // A copy, because the file may be read again while the peers are asked.
  const Roster roster = TRY(roster_file.current());
  if (roster_file.damage()) report.warn(*roster_file.damage());
  const auto targets = targets_of(host, roster);
  // Bounded, because a mistake in the configuration must not hold up each start of Ops Manager.
  AskOptions options{.wait = std::min<std::chrono::milliseconds>(host.options.wait.value_or(host.config.gate_wait),
                                                                 limits::longest_gate_wait),
                     .try_again = true};
  options.enough = [&](const std::vector<PeerAnswer>& answers) {
    // As soon as most of the fleet agrees, the start goes on. A dead host must not delay each start of the others.
    return most_agree(verdicts_of(answers, targets, roster));
  };
  const WaitStatus status(host, targets, options.wait);
  auto peers = TRY(agent::ask(host, member, roster_file, targets, options));
  const auto remembered = remember_answers(host, member, roster_file, peers, Coverage::everybody);
  // Only a warning: a full disk does not make the answers less true.
  if (!remembered) report.warn("what the peers proved could not be saved: " + remembered.error().message);
  return peers;
}

// Asks peers if the policy wants it and this process can. If something for asking is missing or damaged, for example
// the removals, which the agent's account may write, that is not evidence against this host. The gate then decides by
// the record alone.
std::vector<PeerVerdict> ask_peers_if_wanted(const Host& host, Policy policy, Report& report) {
  if (!asks_peers(policy) || host.goes_by_record_alone()) return {};
  auto peers = ask_and_remember_answers(host, report);
  if (peers) return std::move(*peers);
  // The start script may run as the service's own account, which may not ask. That is normal and not worth a message at
  // each start.
  const bool expected = peers.error().kind == ErrorKind::denied && host.options.command != Command::gate;
  if (!expected) report.warn("peers were not asked: " + peers.error().message);
  return {};
}

std::string found(const Host& host, Reason reason, const keystore::Holding& holding) {
  if (reason == Reason::invalid_key && holding.key_problem) return holding.key_problem->message;
  if (reason == Reason::unreadable_record && holding.record_problem) return holding.record_problem->message;
  return host.files.key_file.string();
}

// What is wrong with the file or the record says more than the rule that it breaks.
platform::Steps remedy(const Host& host, Reason reason, const keystore::Holding& holding, const Report& report) {
  if (reason == Reason::unreadable_record && holding.record_problem)
    return steps_for(*holding.record_problem, host.options);
  if (reason == Reason::invalid_key && holding.key_problem) return steps_for(*holding.key_problem, host.options);
  return steps_for(reason, report.peers.value_or(std::vector<PeerVerdict>()), host, report.key);
}

void explain(const Host& host, const GateDecision& decision, const keystore::Holding& holding,
             const std::vector<platform::Finding>& findings, Report& report) {
  const auto is_about_record = [](Reason reason) {
    return reason == Reason::not_recorded || reason == Reason::unreadable_record;
  };
  const bool drifted = std::ranges::any_of(decision.reasons, is_about_record);
  for (const Reason reason : decision.reasons) {
    report.code = worst(report.code, exit_code_for(reason));
    if (reason == Reason::unsafe_key) {
      const std::size_t before = report.warnings.size();
      warn_of_findings(report, host, findings);
      // The audit finds no fault with a file that another program holds open, so the reason comes from reading it.
      if (report.warnings.size() == before && holding.key_problem) report.warn(holding.key_problem->message);
      continue;
    }
    // If the key is not the recorded one, the disagreement of peers adds nothing, and its advice would lead away from
    // the cause.
    if (drifted && !is_about_record(reason)) continue;
    report.warn("refused: " + std::string(describe(reason)) + " (" + found(host, reason, holding) + ")",
                remedy(host, reason, holding, report));
  }
}

// A start that is allowed is loud about what is wrong here or elsewhere.
void tell_what_is_wrong(const Host& host, const GateDecision& decision, const keystore::Holding& holding,
                        const std::vector<platform::Finding>& findings, Report& report) {
  warn_of_findings(report, host, findings);
  if (decision.wrong_elsewhere) report.warn("a peer holds another key, which is not evidence against this host");
  if (decision.all_untrusted) report.warn("no peer that answered is trusted, so nobody has confirmed this key");
  if (holding.record_problem) report.warnings.push_back(message_about(*holding.record_problem, host.options));
}

// A record is healed only by a start that is allowed. If something else is wrong, it stays as evidence.
void heal_if_allowed(const Host& host, const GateDecision& decision, const std::vector<PeerVerdict>& peers,
                     Report& report) {
  if (!decision.heals_record || !decision.allowed || host.options.dry_run) return;
  const auto healed = heal_record(host, *healer_among(peers));
  // The decision stands. The next start can heal the record as well.
  if (!healed) report.warn("the record could not be rewritten: " + healed.error().message);
}

// Nobody should be offered a start that makes the fleet's worst mistake.
Result<void> check_key_file_is_there(const Host& host) {
  const keystore::Holding holding = TRY(keystore::load(host.files));
  if (holding.state != keystore::KeyState::absent) return {};
  // A record that cannot be read means that there was a key.
  const bool lost = holding.record || holding.record_problem;
  return platform::fail(
      lost ? ErrorKind::lost_key : ErrorKind::no_key,
      "there is no key in " + host.files.key_file.string() + "; Ops Manager would create a new, wrong one");
}

Result<Report> allow_next_start(const Host& host) {
  TRY(check_key_file_is_there(host));
  Report report{.command = Command::gate, .changed = !host.options.dry_run};
  if (host.options.dry_run) return report;
  TRY(prepare(host));
  // The reason is kept, because weeks later somebody will ask why this start was allowed.
  TRY(save(Override{host.options.reason, platform::now()}, host.files.state_directory));
  report.lines.emplace_back("Ops Manager may start once, whatever the gate finds");
  report.warn("override for one start: " + host.options.reason);
  return report;
}

}  // namespace

Result<Report> gate(const Host& host) {
  if (host.options.allow_next_start) return allow_next_start(host);
  const Policy policy = host.options.policy.value_or(host.config.policy);
  Report report{.command = Command::gate};
  report.gate = GatePart{.policy = policy};
  // Where Ops Manager reads its key is unknown. Only a policy that refuses nothing gets here (config/host.cpp).
  if (host.files.key_file.empty()) {
    report.gate->allowed = true;
    report.lines.emplace_back("Ops Manager may start");
    warn_of_mistakes(host, report);
    return report;
  }
  const Repaired repaired = TRY(repair_what_is_broken(host));
  for (const std::string& change : repaired.changed) report.warn(change);
  const std::string stamp = stamp_of_key(host);
  // Before the key is loaded: answers of peers may have completed the record.
  const auto peers = ask_peers_if_wanted(host, policy, report);
  const keystore::Holding holding = TRY(keystore::load(host.files));
  const bool unsafe = repaired.audit.facts && repaired.audit.worst() == Severity::broken;
  const GateDecision decision = decide(evidence_of(holding, unsafe), peers, policy);

  report.gate->allowed = decision.allowed;
  report.gate->reasons = decision.reasons;
  report.key = key_part(host.files, holding);
  tell_peers(report, peers);
  heal_if_allowed(host, decision, peers, report);
  if (!decision.allowed) {
    explain(host, decision, holding, repaired.audit.findings, report);
  } else {
    tell_what_is_wrong(host, decision, holding, repaired.audit.findings, report);
  }
  warn_of_weakness(report, holding);
  conclude(host, stamp, report);
  return report;
}

}  // namespace agent::commands
