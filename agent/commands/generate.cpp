// SPDX-License-Identifier: ISC
// generate: the fleet's first key, on its first host, and never a second one.
#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/actions/back_up.h"
#include "agent/actions/earlier_key.h"
#include "agent/actions/install_key.h"
#include "agent/actions/replace_key.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/roster_file.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"
#include "keystore/host_key/installation.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_no_key_here(const Host& host, const keystore::Holding& holding) {
  const std::string file = host.files.key_file.string();
  // Each sign that there was a key is enough to refuse: a second key would make the database unreadable, and a refusal
  // costs a minute.
  if (holding.record_problem)
    return fail(ErrorKind::exists, "this host has had a key: " + holding.record_problem->message);
  if (holding.state == keystore::KeyState::present) return fail(ErrorKind::exists, "there is a key already in " + file);
  if (holding.state != keystore::KeyState::absent)
    return fail(ErrorKind::exists, "there is a key file already: " + holding.key_problem->message);
  if (!holding.record && keystore::was_record_set_aside(host.files))
    return fail(ErrorKind::exists,
                "this host has had a key: its record was set aside in " + host.files.state_directory.string());
  if (!holding.record) return {};
  return fail(ErrorKind::exists,
              "this host has lost the key of fleet " + holding.record->fleet.hex() +
                  "; another key would not open the database",
              {{"to get the key back", command_line_for(host.options, "ensure")}});
}

bool answered(const std::vector<PeerVerdict>& before, const Address& address) {
  return std::ranges::any_of(before, [&](const PeerVerdict& peer) {
    return peer.address == address.text() && peer.result == PeerResult::no_key;
  });
}

// Another host may have generated at the same moment, and its listener is then restarting with its key. So silence is
// worth a moment, and more if that peer has answered before.
AskOptions second_look(const std::vector<PeerVerdict>& before) {
  const auto patient_until = std::chrono::steady_clock::now() + limits::listener_restart;
  return {.wait = limits::verify_wait,
          .try_again = true,
          .enough = [&before, patient_until](const std::vector<PeerAnswer>& answers) {
            const bool patient = std::chrono::steady_clock::now() < patient_until;
            return std::ranges::none_of(answers, [&](const PeerAnswer& answer) {
              return answer.result == PeerResult::unreachable && (patient || answered(before, answer.asked));
            });
          }};
}

Result<void> look_again(const Host& host, Member& member, Report& report) {
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto targets = targets_of(host, roster);
  const auto before = *std::exchange(report.peers, std::nullopt);
  // The first look cannot exclude a race between two hosts. The second one, after the key is on the disk, is seen by at
  // least one of them.
  const auto round =
      TRY(ask_and_remember(host, member, roster_file, targets, second_look(before), Coverage::everybody));
  for (const PeerVerdict& peer : round.peers) {
    if (peer.result != PeerResult::disagree) continue;
    // Neither key is removed: nobody can tell here which host was meant. The gate holds both until a person decides.
    report.code = exit_other_key;
    report.warn(named(peer) + " made another key at the same time; the gate refuses to start Ops Manager on both hosts",
                steps_for_disagreement(host, peer, key_part(host.files, member.holding)));
  }
  report.peers = round.peers;
  return {};
}

// Before the lock is taken for good: a store may take long to answer, and the gate must not wait for it. What this host
// knows comes first, since that answer is quick.
Result<void> check_no_backup(const Host& host, Report& report) {
  const keystore::Holding holding = TRY(lock_holding(host)).holding;
  TRY(check_no_key_here(host, holding));
  TRY(check_no_credentials(host));
  return check_no_copies(host, report);
}

Result<Member> make_key(const Host& host, Report& report) {
  // Under the lock from the first check to the installed key. Of two commands on this host one finds the other's key
  // and refuses.
  LockedMember opened = TRY(open_locked(host));
  Member& member = opened.member;
  TRY(check_no_key_here(host, member.holding));
  TRY(check_no_credentials(host));
  TRY(check_key_directory(host));
  report.peers = TRY(ask_who_has_a_key(host, member));
  TRY(check_no_key_at_peers(host, *report.peers, report));
  // After all checks, so that a dry run refuses for the same reasons.
  if (host.options.dry_run) return std::move(member);

  const keystore::GenKey key = keystore::GenKey::generate();
  const auto record = keystore::make_record(keystore::KeyProof(key), keystore::FleetId::random(), 1,
                                            keystore::Standing::chosen, keystore::Origin::generated);
  TRY(keystore::install(host.files, key, record));
  member.holding = TRY(read_back(host, key, std::nullopt));
  return std::move(member);
}

}  // namespace

Result<Report> generate(const Host& host) {
  if (host.options.replace) return replace_key(host);
  Report report{.command = Command::generate, .changed = !host.options.dry_run};
  TRY(check_no_backup(host, report));
  Member member = TRY(make_key(host, report));
  if (host.options.dry_run) {
    report.lines.push_back("would make the fleet's key in " + host.files.key_file.string());
    return report;
  }
  // Without configured peers nobody else can be making the key of this fleet.
  const auto looked = host.config.peers.empty() ? Result<void>() : look_again(host, member, report);
  // The key is made, and the report has to say so.
  if (!looked) {
    report.code = worst(report.code, exit_attention);
    report.warn(
        "peers could not be asked again, and one may have made a key at the same time: " + looked.error().message,
        {{"to ask them", command_line_for(host.options, "verify")}});
  }
  report.key = key_part(host.files, member.holding);
  report.lines.push_back("made the key of fleet " + member.holding.record->fleet.hex() + " in " +
                         host.files.key_file.string() + " (" + platform::key_file_permissions(host.files.service) +
                         ")");
  report.warnings.push_back(next_host(host.options));
  // Last, when the key is safe on the disk: a slow or failing store must not put that in question.
  back_up_beside(host, report);
  return report;
}

}  // namespace agent::commands
