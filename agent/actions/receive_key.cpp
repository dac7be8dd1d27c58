// SPDX-License-Identifier: ISC
#include "agent/actions/receive_key.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/roster_file.h"
#include "agent/report/peers.h"

namespace agent {

namespace {

using keystore::Standing;
using platform::Result;

// The hosts that the giver named. Its roster may still know a host that was made anew by its former pin: at this host's
// own address that is this host itself. What this host has learned itself is worth more than another host's word.
void remember_named(Roster& roster, const Address& own, const KeyGiver& giver, platform::Time now) {
  for (const wire::ListedPeer& member : giver.roster) {
    const auto address = parse_address(member.address);
    if (!address || *address == own) continue;
    if (roster.find(member.pin) != nullptr || roster.owner_of(address->text()) != nullptr) continue;
    roster.remember({.pin = member.pin,
                     .name = member.name,
                     .addresses = {address->text()},
                     .introduced_by = Introduction::ticket,
                     .seen = now});
  }
}

// Enters the giver into the roster, and after a `join` the hosts that it named. A host that fetches its key again knows
// its fleet already, so nobody is introduced then.
Result<void> remember_giver(const Host& host, RosterFile& roster_file, const KeyGiver& giver, const std::string& epoch,
                            keystore::Origin origin) {
  const auto now = platform::now();
  const bool by_ticket = origin == keystore::Origin::joined;
  // It may ask a name server, so it comes before the lock that the listener needs too.
  const Address own = by_ticket ? host.address() : Address();
  return roster_file.update([&](Roster& changed) {
    if (by_ticket) remember_named(changed, own, giver, now);
    const Peer* known = changed.find(giver.pin);
    // A giver that this host did not know was found at an address that a person named.
    const Introduction otherwise = known == nullptr ? Introduction::configured : known->introduced_by;
    changed.remember({.pin = giver.pin,
                      .name = giver.claim.name,
                      .addresses = {giver.from.text()},
                      .claimed = giver.claim.address,
                      .introduced_by = by_ticket ? Introduction::ticket : otherwise,
                      .seen = now,
                      .epoch = epoch});
    // The ticket named this host for this address, so it is not the former owner's any more.
    if (by_ticket) changed.move_address(giver.from.text(), giver.pin);
  });
}

std::vector<Target> targets_told_of(const KeyGiver& giver) {
  // The giver first, so that its answer is the first in the report.
  std::vector<Target> targets = {{giver.from, false, giver.pin}};
  for (const wire::ListedPeer& member : giver.roster) {
    const auto address = parse_address(member.address);
    const bool known = !address || std::ranges::find(targets, *address, &Target::address) != targets.end();
    if (!known) targets.push_back({*address, false, member.pin});
  }
  return targets;
}

// The giver itself has to agree. Another host with the same old key must not be taken for its word.
void check_giver(const Host& host, const KeyGiver& giver, const std::vector<PeerVerdict>& peers, Report& report) {
  const auto answer = std::ranges::find(peers, giver.pin, &PeerVerdict::pin);
  const std::string who = giver.claim.name.empty() ? giver.from.text() : giver.claim.name;
  const PeerResult result = answer == peers.end() ? PeerResult::unreachable : answer->result;
  if (result == PeerResult::agree) return;
  if (result == PeerResult::disagree) {
    // The key stays. It may be right, and removing it would lose the only copy that this host could get.
    report.code = exit_would_overwrite;
    report.warn(who + " gave this key and now holds another one",
                {{"to see what happened, on that host", command_line_elsewhere(host.options, "status")}});
    return;
  }
  report.code = exit_no_answer;
  report.warn(who + " gave the key and has not confirmed it yet",
              {{"when it answers", command_line_for(host.options, "verify")}});
}

keystore::Record record_of(const Received& received, keystore::Origin origin) {
  const KeyGiver& giver = received.giver;
  // A claim can hold any number. Beyond the bounds it would make every later replacement impossible.
  const std::uint32_t generation = std::clamp<std::uint32_t>(giver.claim.generation, 1, keystore::largest_generation);
  return keystore::make_record(keystore::KeyProof(received.key), giver.claim.fleet, generation, Standing::chosen,
                               origin);
}

}  // namespace

Result<void> take_over(const Host& host, Member& member, const Received& received, const Arrival& arrival,
                       Report& report) {
  keystore::Record record;
  {
    // The state is read again under the lock. The network was asked without it, and another command may have brought a
    // key since.
    const LockedHolding present = TRY(lock_holding(host));
    record = record_for(present.holding, received.key, record_of(received, arrival.origin));
    const Installed installed = TRY(install_key(host, present.holding, received.key, record, arrival.displacing));
    report.displaced = installed.displaced;
    member.holding = TRY(read_back(host, received.key, installed.displaced));
  }
  // The lock is released here: the round of questions that follows may take seconds.
  report.changed = true;
  report.lines.push_back("received the key of fleet " + record.fleet.hex() + " from " + received.giver.from.text() +
                         " into " + host.files.key_file.string() + " (" +
                         platform::key_file_permissions(host.files.service) + ")");
  if (report.displaced) report.lines.push_back("the key that was there is kept in " + report.displaced->string());
  RosterFile roster_file = roster_of(host);
  // After the key is on the disk. A failure here leaves a host with the right key, which the next verify completes.
  TRY(remember_giver(host, roster_file, received.giver, record.epoch, arrival.origin));

  // The giver sent these bytes, but only a proof shows that it holds the same key as this host does now.
  const auto round = TRY(ask_and_remember(host, member, roster_file, targets_told_of(received.giver),
                                          AskOptions{.wait = arrival.wait}, Coverage::some));
  tell_peers(report, round.peers);
  check_giver(host, received.giver, round.peers, report);
  report.key = key_part(host.files, member.holding);
  warn_of_weakness(report, member.holding);
  return {};
}

Result<void> join_with(const Host& host, Member& member, const Ticket& ticket, Displacing displacing, Report& report) {
  // One process receives the key and another proves it; what both need for TLS is made once.
  member.context = TRY(tls::make_context(tls::Role::initiator, member.identity, own_authority(host.config)));
  RosterFile roster_file = roster_of(host);
  const Roster roster = TRY(roster_file.current());
  // A person removed that host here. A key from it is not taken in silence.
  if (roster.is_removed(ticket.inviter)) {
    const std::string add = "peers add " + ticket.addresses.front().text() + " --pin " + ticket.inviter.text();
    return platform::fail(platform::ErrorKind::removed_there, "the host that made this ticket was removed here",
                          {{"to take that host back", command_line_for(host.options, add)}});
  }
  // Received before anything on this host changes, so that a failed join leaves nothing behind.
  const Received received = TRY(request_with_ticket(asker_for(host, member, roster), ticket));
  return take_over(host, member, received, {keystore::Origin::joined, displacing, limits::verify_wait}, report);
}

}  // namespace agent
