// SPDX-License-Identifier: ISC
#include "agent/fleet/member.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/record_settling.h"
#include "agent/fleet/remember_verdicts.h"
#include "keystore/host_key/installation.h"
#include "platform/host/host_facts.h"

namespace agent {

namespace {

using keystore::Holding;
using platform::ErrorKind;
using platform::Path;
using platform::Result;

bool has_identity(const Host& host) {
  // A configured certificate is never made by this program, so there is nothing to create even if its file is missing.
  if (host.config.certificate) return true;
  const auto facts = platform::facts_of(host.identity_file());
  // A file that cannot be read is not a missing file. Making a new identity over it would cost this host its pin.
  return facts || facts.error().kind != ErrorKind::not_found;
}

// A record from another machine means that the disk was copied. Its identity belongs to the machine it came from, and
// two hosts with one pin count as one.
bool is_copied(const Host& host, const Holding& holding) {
  // No machine id on either side (a container, an old record) proves nothing, so the host is not treated as a copy.
  const std::string machine = platform::machine_id();
  return !host.config.certificate && holding.record && !holding.record->machine.empty() && !machine.empty() &&
         holding.record->machine != machine;
}

Result<Identity> become_own_host(const Host& host, Holding& holding) {
  // The identity comes first. If power fails before the record is saved, the record still names the other machine and
  // the next run repeats both steps; the other order would leave the copied identity in use.
  Identity identity = TRY(new_identity(host));
  keystore::Record record = *holding.record;
  // What the other machine's peers confirmed was not said about this one.
  keystore::begin_anew(record);
  if (!host.options.dry_run) TRY(keystore::save_record(host.files, record));
  holding.record = std::move(record);
  return identity;
}

std::vector<std::string> addresses_of(const std::vector<PeerVerdict>& peers) {
  std::vector<std::string> addresses;
  std::ranges::transform(peers, std::back_inserter(addresses), &PeerVerdict::address);
  return addresses;
}

}  // namespace

Result<LockedHolding> lock_holding(const Host& host) {
  std::optional<platform::FileLock> lock;
  // A dry run must work for users who cannot write here, and must leave no trace.
  if (!host.options.dry_run) {
    TRY(prepare(host));
    lock = TRY(wait_for_lock(host, host.lock_file()));
    // Any command that takes the lock finishes what a crash left behind. Otherwise each command would need advice for a
    // half-installed key.
    TRY(keystore::finish_interrupted(host.files));
    TRY(keystore::publish(host.files));
  }
  Holding holding = TRY(keystore::load(host.files));
  return LockedHolding{std::move(lock), std::move(holding)};
}

Result<LockedMember> open_locked(const Host& host) {
  // The lock stays held until the member is gone, so that no other command changes the key between reading and acting.
  auto [lock, holding] = TRY(lock_holding(host));
  Identity identity = TRY(is_copied(host, holding) ? become_own_host(host, holding) : own_identity(host));
  return LockedMember{std::move(lock), {std::move(holding), std::move(identity)}};
}

Result<Member> open_member(const Host& host) {
  Holding holding = TRY(keystore::load(host.files));
  // `verify` and `gate` normally need no lock and must not wait behind a long `ensure`. Only the rare first run takes
  // it, and one that follows an interrupted installation.
  if (!has_identity(host) || is_copied(host, holding) || keystore::is_interrupted(host.files)) {
    LockedMember opened = TRY(open_locked(host));
    return std::move(opened.member);
  }
  Identity identity = TRY(own_identity(host));
  return Member{std::move(holding), std::move(identity)};
}

Result<Member> open_member_as_it_is(const Host& host) {
  Holding holding = TRY(keystore::load(host.files));
  if (!has_identity(host) || is_copied(host, holding)) {
    return platform::fail(platform::ErrorKind::not_found,
                          "this host has no identity of its own yet; genkey-agent verify makes one");
  }
  Identity identity = TRY(own_identity(host));
  return Member{std::move(holding), std::move(identity)};
}

Claim own_claim(const Host& host, const Holding& holding) {
  Claim claim{.standing = holding.standing(), .name = host.name, .address = host.address().text()};
  if (holding.record) {
    claim.fleet = holding.record->fleet;
    claim.generation = holding.record->generation;
  }
  return claim;
}

Asker asker_for(const Host& host, const Member& member, const Roster& roster) {
  return {.host = host,
          .identity = member.identity,
          .roster = roster,
          .claim = own_claim(host, member.holding),
          // The asker borrows the key. Each copy would be one more secret to protect.
          .key = member.holding.key ? &*member.holding.key : nullptr,
          .context = member.context};
}

Result<std::vector<PeerVerdict>> ask(const Host& host, const Member& member, RosterFile& roster_file,
                                     const std::vector<Target>& targets, const AskOptions& options) {
  const Roster& roster = TRY(roster_file.current());
  return verdicts_of(ask_peers(asker_for(host, member, roster), targets, options), targets, roster);
}

Result<bool> remember_answers(const Host& host, Member& member, RosterFile& roster_file,
                              const std::vector<PeerVerdict>& peers, Coverage coverage) {
  // A dry run asks, and keeps nothing of what it heard.
  if (host.options.dry_run) return false;
  // The epoch ties a proof to this installation of the key. With a key that is not the recorded one a proof belongs to
  // no epoch.
  const std::string epoch = member.holding.is_recorded ? member.holding.record->epoch : "";
  TRY(roster_file.update([&](Roster& changed) {
    agent::remember(changed, peers, epoch, platform::now());
    if (coverage == Coverage::everybody) changed.keep_unmet(addresses_of(peers));
  }));
  // Peers agreed with the key at hand, which is not the recorded one. That must not improve the record of another key.
  if (!member.holding.is_recorded || !member.holding.key) return false;

  const Roster& now = TRY(roster_file.current());
  keystore::Record record = *member.holding.record;
  // Settled on a copy first: taking the lock for a round without news would make every verify wait behind other
  // commands.
  const bool settled =
      settle(record, peers, now, keystore::KeyProof(*member.holding.key), coverage == Coverage::everybody);
  // A process that was killed between the two writes has left the public part outdated, so that is repaired even
  // without news.
  if (!settled && keystore::is_published(host.files, record)) return false;
  const auto lock = TRY(wait_for_lock(host, host.lock_file()));
  // Another command may have changed the key while the peers were asked. These answers are about the old key, so they
  // are dropped.
  const Holding present = TRY(keystore::load(host.files));
  // The epoch changes with each installation, even of the same key.
  if (!present.is_recorded || present.record->epoch != record.epoch) return false;
  if (!settled) {
    TRY(keystore::publish(host.files));
    return false;
  }
  const bool changed = TRY(keystore::save_record(host.files, record));
  member.holding.record = record;
  return changed;
}

Result<PeersRound> ask_and_remember(const Host& host, Member& member, RosterFile& roster_file,
                                    const std::vector<Target>& targets, const AskOptions& options, Coverage coverage) {
  PeersRound round;
  round.peers = TRY(ask(host, member, roster_file, targets, options));
  round.record_changed = TRY(remember_answers(host, member, roster_file, round.peers, coverage));
  return round;
}

Result<std::vector<PeerVerdict>> ask_who_has_a_key(const Host& host, const Member& member) {
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  // Nothing is remembered here: without a key nobody can be a member, and `generate` must be free to ask without side
  // effects.
  const auto targets = targets_of(host, roster);
  return verdicts_of(ask_peers(asker_for(host, member, roster), targets, AskOptions{}), targets, roster);
}

Result<void> heal_record(const Host& host, const PeerVerdict& healer) {
  // Read again under the lock, so that the record is made for the key that is there now.
  const LockedHolding opened = TRY(lock_holding(host));
  const Holding& holding = opened.holding;
  // A record that cannot be read is a person's business. One that was made meanwhile needs no healing.
  if (!holding.key || !holding.record || holding.is_recorded) return {};
  const std::uint32_t generation =
      std::clamp<std::uint32_t>(healer.claim->generation, 1, holding.record->generation + limits::generation_jump);
  auto record = keystore::make_record(keystore::KeyProof(*holding.key), healer.claim->fleet, generation,
                                      keystore::Standing::established, keystore::Origin::adopted);
  record.proved_by_peer = true;
  TRY(keystore::save_record(host.files, record));
  return {};
}

}  // namespace agent
