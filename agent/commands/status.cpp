// SPDX-License-Identifier: ISC
// status: everything known, from this host alone and without the network.
#include <algorithm>
#include <map>

#include "agent/actions/gate_service_state.h"
#include "agent/actions/hook_state.h"
#include "agent/actions/repair_key_file.h"
#include "agent/base/limits.h"
#include "agent/base/listener_service.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/last_verdicts.h"
#include "agent/fleet/roster_file.h"
#include "agent/fleet/voters.h"
#include "agent/gate/decision.h"
#include "agent/report/advice.h"
#include "agent/report/age.h"
#include "agent/report/backups.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"
#include "platform/files/listing.h"
#include "platform/files/mounts.h"
#include "platform/ops_manager/running_service.h"
#include "platform/processes/hardening.h"

namespace agent::commands {

namespace {

using keystore::KeyState;
using platform::ErrorKind;
using platform::Result;

// Neither the key nor its record: `ensure --keep` has no key to keep, and sets the record aside, so that another key
// may be received.
void tell_nothing_left(const Host& host, const keystore::Holding& holding, Report& report) {
  const auto line = [&](const char* command) { return command_line_for(host.options, command); };
  report.code = worst(report.code, exit_code_for(holding.record_problem->kind));
  report.code = worst(report.code, exit_no_key);
  report.warn("this host's key is missing", {{"restore the record, which cannot be read, then", line("ensure")},
                                             {"if the record is lost, to set it aside", line("ensure --keep")},
                                             {"then, with a ticket from a host that has the key", line("join")}});
  report.warn(holding.record_problem->message);
}

void check_key(const Host& host, const keystore::Holding& holding, Report& report) {
  const auto add = [&](ErrorKind kind, const std::string& what) {
    report.code = worst(report.code, exit_code_for(kind));
    report.warn(what, steps_for(kind, host.options));
  };
  if (holding.record_problem && holding.state == KeyState::absent) return tell_nothing_left(host, holding, report);
  if (holding.record_problem) add(holding.record_problem->kind, holding.record_problem->message);
  // One fault at a time, the cause before its consequences: a key that is missing is not "unrecorded" as well.
  if (holding.state == KeyState::absent && has_had_key(holding)) {
    add(ErrorKind::lost_key, "this host's key is missing");
  } else if (holding.state == KeyState::absent) {
    add(ErrorKind::no_key, "there is no key on this host");
  } else if (holding.key_problem) {
    add(holding.key_problem->kind, holding.key_problem->message);
  } else if (holding.record && !holding.is_recorded) {
    add(ErrorKind::not_recorded, "the key on this host is not the one recorded for it");
  } else if (!holding.record && !holding.record_problem) {
    report.warn("this host's key is not recorded yet", {{"to record it", command_line_for(host.options, "ensure")}});
  }
}

// Only root may look into that directory. Others are shown none.
std::size_t displaced_keys(const Host& host) {
  const auto files = platform::list_directory(host.files.state_directory / "displaced", limits::displaced_keys);
  return files ? files->size() : 0;
}

// What starts shells and other programs, and therefore comes before this process holds a key.
struct StartParts {
  std::optional<HookPart> hook;
  std::vector<GatedService> services;
  std::optional<platform::ServiceState> listener;
};

// The unit of the packages serves the state directory of the packages, and no other.
std::optional<platform::ServiceState> listener_of(const Host& host) {
  if (host.options.state_dir || host.options.root || host.trial) return std::nullopt;
  const auto state = state_of_listener();
  const bool managed = state != platform::ServiceState::none && state != platform::ServiceState::unknown;
  return managed ? std::optional(state) : std::nullopt;
}

StatusPart status_part(const Host& host, const keystore::Holding& holding, StartParts start) {
  StatusPart part{.version = GENKEY_AGENT_VERSION,
                  .host = host.config.address ? host.name + ", " + host.config.address->text() : host.name,
                  .taken = platform::now(),
                  .owner = host.files.service.owner(),
                  .layout = std::string(layout_names.of(host.installation.layout)),
                  .state_directory = host.files.state_directory,
                  .service = platform::find_running_service(host.files.key_file, host.files.service),
                  .preflight_off = host.installation.properties.preflight_off,
                  .locked_memory = platform::can_lock_memory()};
  if (part.service && holding.facts) {
    const auto written = platform::Time(std::chrono::seconds(holding.facts->changed_ns / 1'000'000'000));
    // Ops Manager reads its key once. With equal files on all hosts it may still use the former key until it is
    // restarted.
    part.restart_needed = written > part.service->started;
  }
  part.last_gate = load_gate_note(host.files.state_directory);
  part.doctor = load_doctor_note(host.files.state_directory);
  part.hook = std::move(start.hook);
  part.services = std::move(start.services);
  part.listener = start.listener;
  part.displaced = displaced_keys(host);
  return part;
}

// Seen by this host's listener, and by nobody else: a peer that had this key and has another one now is the beginning
// of a fork, also if the fault is there.
void tell_drifted(const Host& host, const Roster& roster, const std::vector<PeerVerdict>& peers, Report& report) {
  // With a wrong key here every peer fails, and the fault is not theirs.
  const bool wrong_here = report.key->record && !report.key->is_recorded;
  for (const Peer& peer : roster.peers()) {
    if (!peer.drifted) continue;
    report.code = worst(report.code, is_introduced(peer) ? exit_other_key : exit_attention);
    const auto told = std::ranges::any_of(
        peers, [&](const PeerVerdict& one) { return one.pin == peer.pin && one.result == PeerResult::disagree; });
    if (told || wrong_here) continue;
    report.warn(peer.name + " (" + peer.address() + ") failed to prove the key " +
                    age_text(*peer.drifted, report.status->taken),
                {{"to ask it again", command_line_for(host.options, "verify")}});
  }
}

std::optional<platform::Time> oldest_result(const std::vector<PeerVerdict>& peers) {
  std::optional<platform::Time> oldest;
  for (const PeerVerdict& peer : peers) {
    if (peer.when && is_voter(peer)) oldest = std::min(oldest.value_or(*peer.when), *peer.when);
  }
  return oldest;
}

// In the order of the configuration, as `verify` shows them. The roster's own order is that of their answers.
LastVerdicts last_results(const Host& host, const Roster& roster, const keystore::Holding& holding) {
  const auto& named = host.config.peers;
  LastVerdicts last = last_verdicts(roster, named, holding.is_recorded ? holding.record->epoch : "");
  // Looked up once: the list may have thousands of addresses.
  std::map<std::string, std::size_t> places;
  for (const Address& address : named) places.emplace(address.text(), places.size());
  const auto place_of = [&](const PeerVerdict& peer) {
    const auto place = places.find(peer.address);
    return std::pair(place == places.end() ? places.size() : place->second, peer.name);
  };
  std::ranges::stable_sort(last.peers, {}, place_of);
  return last;
}

// "Nothing is wrong" would be untrue where the next start is refused. So what peers said last is weighed as the gate
// does; what the file alone says is reported elsewhere.
std::vector<Reason> reasons_of_peers(const keystore::Holding& holding, const std::vector<PeerVerdict>& peers) {
  if (!holding.is_recorded) return {};
  return decide(evidence_of(holding, false), peers, Policy::normal).reasons;
}

// The last result of every peer, good or bad, as `verify` would tell it. What was never asked is not fine.
void tell_peers_known(const Host& host, const Roster& roster, const LastVerdicts& last, Report& report) {
  const std::vector<PeerVerdict>& peers = last.peers;
  const auto oldest = oldest_result(peers);
  report.code = worst(report.code, exit_code_for(peers));
  advise_about(report, peers, host);
  tell_drifted(host, roster, peers, report);
  // An old agreement is no longer a fact. Without this, monitoring would stay green after the timer was switched off.
  const bool stale = oldest && report.status->taken - *oldest > limits::unseen;
  auto& unasked = report.status->never_asked;
  std::ranges::remove_copy_if(last.never_asked, std::back_inserter(unasked), [&](const std::string& text) {
    const auto address = parse_address(text);
    return address && is_own_entry(host, *address);
  });
  if (!stale && unasked.empty()) return;
  report.code = worst(report.code, exit_attention);
  report.warn(stale ? "peers have not been asked for a long time" : unasked.front() + " was never asked",
              {{"to ask all peers", command_line_for(host.options, "verify")}});
}

void tell_service(const Host& host, Report& report) {
  const StatusPart& part = *report.status;
  if (part.restart_needed) {
    report.code = worst(report.code, exit_attention);
    report.warn("Ops Manager was started before " + host.files.key_file.string() +
                    " was last written, and still uses the former key",
                restart_steps(host));
  }
}

// Without it every command that has something to record fails, and until then nothing would show it.
void tell_state_directory(const Host& host, Report& report) {
  const auto mount = platform::read_only_mount_of(host.files.state_directory);
  // A mount table that cannot be read says nothing about this host's key.
  if (!mount || !*mount) return;
  report.code = worst(report.code, exit_attention);
  Options again = host.options;
  again.command = Command::verify;
  report.warn(host.files.state_directory.string() + " cannot be written, because the file system at " + **mount +
                  " is read-only",
              steps_for(ErrorKind::read_only, again));
}

// What does not change the exit code comes after all that does, because Nagios shows the first warning.
void tell_remarks(const Host& host, const std::vector<PeerVerdict>& peers, Report& report) {
  name_newcomers(report, peers, host);
  // Without the preflight, Ops Manager starts with any key, and the mistake shows only when it cannot decrypt.
  if (report.status->preflight_off)
    report.remark({"mms.preflight.run=false: Ops Manager itself does not check its key at start"});
  if (!report.status->locked_memory) report.warn("memory cannot be locked here (ulimit -l): a secret could reach swap");
}

// Nothing here would show it otherwise: what peers said last was good.
void tell_listener(const Host& host, Report& report) {
  if (report.status->listener != platform::ServiceState::stopped) return;
  report.code = worst(report.code, exit_attention);
  report.warn("this host's listener does not run, so no peer can ask this host", start_listener_steps(host.options));
}

void tell_hook(const Host& host, const HookPart& hook, Report& report) {
  if (hook.in_force) return;
  report.code = worst(report.code, exit_attention);
  const auto note = load_hook_note(host.files.state_directory);
  // The hook comes back with the strictness with which it was installed.
  const std::string command = note && note->required ? "hook install --require" : "hook install";
  const std::string again = command_line_for(host.options, command);
  if (hook.present) {
    report.warn(what_stops(hook), {{"make sure that every start reaches the last line of that file, then", again}});
    return;
  }
  report.warn("the hook is no longer in " + hook.file.string() + "; an upgrade may have replaced that file",
              {{"to put it back", again}});
}

void tell_gate_service(const Host& host, Report& report) {
  for (const GatedService& service : report.status->services) {
    if (auto message = message_about(service, host.options)) {
      report.code = worst(report.code, exit_attention);
      report.warnings.push_back(*std::move(message));
    }
  }
}

void tell_start(const Host& host, Report& report) {
  tell_gate_service(host, report);
  if (report.status->hook) tell_hook(host, *report.status->hook, report);
}

}  // namespace

Result<Report> status(const Host& host) {
  Report report{.command = Command::status};
  StartParts start{.hook = hook_part(host), .services = gated_services(host), .listener = listener_of(host)};
  const keystore::Holding holding = TRY(keystore::load(host.files));
  report.key = key_part(host.files, holding);
  report.status = status_part(host, holding, std::move(start));
  check_key(host, holding, report);

  const auto audit =
      platform::audit_key_file(host.files.key_file, host.files.service, host.installation.other_candidates);
  report.findings = audit.findings;
  warn_of_findings(report, host, audit.findings);
  // Without a key file the audit is about directories only, and the missing key was reported above.
  if (audit.facts) report.code = worst(report.code, exit_code_for(audit.worst()));

  RosterFile file = roster_of(host);
  // A damaged roster is reported and does not end the command: a status that shows nothing helps nobody.
  const auto roster = file.current();
  LastVerdicts last;
  if (roster) {
    report.roster = RosterPart{roster->get().peers()};
    report.status->last_verify = roster->get().last_verify();
    report.status->unknown_failures = roster->get().unknown_failures();
    if (file.damage()) report.warn(*file.damage());
    last = last_results(host, *roster, holding);
    report.peers = without_this_host(last.peers);
    report.status->gate_would_refuse = reasons_of_peers(holding, last.peers);
    tell_peers_known(host, *roster, last, report);
  } else {
    report.code = worst(report.code, exit_attention);
    report.warn("peers: " + roster.error().message);
  }
  tell_state_directory(host, report);
  tell_listener(host, report);
  tell_service(host, report);
  tell_start(host, report);
  tell_backups(host, holding, report);
  tell_remarks(host, last.peers, report);
  warn_of_weakness(report, holding);
  return report;
}

}  // namespace agent::commands
