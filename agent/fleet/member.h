// SPDX-License-Identifier: ISC
// This host as a member of its fleet: key, record and identity together, opened with or without the lock, and the round
// of questions to its peers.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/ask_facts.h"
#include "agent/fleet/ask_peers.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/roster_file.h"
#include "agent/transport/tls.h"
#include "keystore/host_key/host_key.h"
#include "platform/files/lock.h"

namespace agent {

struct Member {
  keystore::Holding holding;
  Identity identity;
  tls::Context context = nullptr;  // shared by the processes of one command, which ask one after the other
};

/// The host's key and record under the state lock. The state directory exists, and an interrupted installation is
/// finished. A dry run makes, locks and finishes nothing. busy when another command holds the lock too long; otherwise
/// the errors of the disk.
struct LockedHolding {
  std::optional<platform::FileLock> lock;
  keystore::Holding holding;
};
platform::Result<LockedHolding> lock_holding(const Host& host);
/// The same with the identity. On a copied machine it is a new one. A dry run that finds none uses one that is never
/// saved.
struct LockedMember {
  std::optional<platform::FileLock> lock;
  Member member;
};
platform::Result<LockedMember> open_locked(const Host& host);
/// Without the lock, for commands that mostly read. If the identity is missing, or the machine was copied, the new
/// identity is made under the lock.
platform::Result<Member> open_member(const Host& host);
/// For commands that only read: not_found where open_member() would make an identity.
platform::Result<Member> open_member_as_it_is(const Host& host);

Claim own_claim(const Host& host, const keystore::Holding& holding);
Asker asker_for(const Host& host, const Member& member, const Roster& roster);

/// Asks; one verdict for each host. Writes nothing.
platform::Result<std::vector<PeerVerdict>> ask(const Host& host, const Member& member, RosterFile& roster_file,
                                               const std::vector<Target>& targets, const AskOptions& options);
/// Whether a round asked everybody in this host's list, or only those that a person gave.
enum class Coverage : bool { some, everybody };
/// Writes what was learned into roster and record; true when the record changed. A failure to write does not make the
/// answers less true, so callers report it and go on.
platform::Result<bool> remember_answers(const Host& host, Member& member, RosterFile& roster_file,
                                        const std::vector<PeerVerdict>& peers, Coverage coverage);
/// Asks and remembers.
struct PeersRound {
  std::vector<PeerVerdict> peers;
  bool record_changed = false;
};
platform::Result<PeersRound> ask_and_remember(const Host& host, Member& member, RosterFile& roster_file,
                                              const std::vector<Target>& targets, const AskOptions& options,
                                              Coverage coverage);
/// Asks who has a key, for a host that has none. Writes nothing.
platform::Result<std::vector<PeerVerdict>> ask_who_has_a_key(const Host& host, const Member& member);

/// Writes the record anew for the present key, as the peer that proved it claims. Only for a record that was read and
/// is of another key; the caller has decided that the peer may heal it.
platform::Result<void> heal_record(const Host& host, const PeerVerdict& healer);

}  // namespace agent
