// SPDX-License-Identifier: ISC
#include "agent/actions/receive_key.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/state_files.h"
#include "agent/report/peers.h"

namespace agent {

namespace {

using keystore::Standing;
using platform::Result;

// Enters the giver and the members that it named into the roster.
Result<void> remember_giver(RosterFile& roster_file, const KeyGiver& giver, const std::string& epoch) {
  const auto now = platform::now();
  return roster_file.update([&](Roster& changed) {
    for (const wire::ListedPeer& member : giver.roster) {
      // What this host has learned itself is worth more than what another host says about the same pin.
      if (changed.find(member.pin) == nullptr) {
        changed.remember({.pin = member.pin,
                          .name = member.name,
                          .address = member.address,
                          .acquaintance = Acquaintance::told,
                          .seen = now});
      }
    }
    // This host reached the giver at that address and received the fleet's key there.
    changed.take_address(giver.from.text(), giver.pin);
    changed.remember({.pin = giver.pin,
                      .name = giver.claim.name,
                      .address = giver.from.text(),
                      .acquaintance = Acquaintance::joined,
                      .seen = now,
                      .epoch = epoch});
  });
}

std::vector<Target> targets_told_of(const KeyGiver& giver) {
  // The giver first, so that its answer is the first in the report.
  std::vector<Target> targets = {{giver.from, true}};
  for (const wire::ListedPeer& member : giver.roster) {
    const auto address = parse_address(member.address);
    const bool known = !address || std::ranges::find(targets, *address, &Target::address) != targets.end();
    if (!known) targets.push_back({*address, false});
  }
  return targets;
}

keystore::Record record_of(const Received& received, keystore::Origin origin) {
  const KeyGiver& giver = received.giver;
  // A claim can hold any number. Beyond the bounds it would make every later replacement impossible.
  const std::uint32_t generation = std::clamp<std::uint32_t>(giver.claim.generation, 1, keystore::largest_generation);
  return keystore::make_record(keystore::KeyProof(received.key), giver.claim.fleet, generation, Standing::chosen,
                               origin);
}

}  // namespace

Result<void> take_over(const Host& host, Member& member, const Received& received, keystore::Origin origin,
                       Displacing displacing, Report& report) {
  keystore::Record record;
  {
    // The state is read again under the lock. The network was asked without it, and another command may have brought a
    // key since.
    const LockedHolding present = TRY(lock_holding(host));
    record = record_for(present.holding, received.key, record_of(received, origin));
    const Installed installed = TRY(install_key(host, present.holding, received.key, record, displacing));
    report.displaced = installed.displaced;
    member.holding = TRY(keystore::load(host.files));
  }
  // The lock is released here: the round of questions that follows may take seconds.
  report.changed = true;
  report.lines.push_back("received the key of fleet " + record.fleet.hex() + " from " + received.giver.from.text() +
                         " into " + host.files.key_file.string() + " (" +
                         platform::key_file_permissions(host.files.service) + ")");
  if (report.displaced) report.lines.push_back("the key that was there is kept in " + report.displaced->string());
  RosterFile roster_file = roster_of(host);
  // After the key is on the disk. A failure here leaves a host with the right key, which the next verify completes.
  TRY(remember_giver(roster_file, received.giver, record.epoch));

  // The giver sent these bytes, but only a proof shows that it holds the same key as this host does now.
  const auto round = TRY(ask_and_remember(host, member, roster_file, targets_told_of(received.giver), AskOptions{}));
  tell_peers(report, round.peers);
  const bool confirmed = std::ranges::any_of(
      round.peers, [](const RecognisedPeer& peer) { return peer.answer.result == PeerResult::agree; });
  // The key stays. It may be right, and removing it would lose the only copy that this host could get.
  if (!confirmed) {
    report.code = exit_no_answer;
    report.warnings.push_back("nobody has confirmed the key yet; when peers answer: " +
                              command_line_for(host.options, "verify"));
  }
  report.key = key_part(host.files, member.holding);
  warn_of_weakness(report, member.holding);
  return {};
}

Result<void> join_with(const Host& host, Member& member, const Ticket& ticket, Displacing displacing, Report& report) {
  // One process receives the key and another proves it; what both need for TLS is made once.
  member.context = TRY(tls::make_context(tls::Role::initiator, member.identity, own_authority(host.config)));
  RosterFile roster_file = roster_of(host);
  const Roster roster = TRY(roster_file.current());
  // Received before anything on this host changes, so that a failed join leaves nothing behind.
  const Received received = TRY(request_with_ticket(asker_for(host, member, roster), ticket));
  return take_over(host, member, received, keystore::Origin::joined, displacing, report);
}

}  // namespace agent
