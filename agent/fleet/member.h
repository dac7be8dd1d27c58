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
#include "agent/fleet/ask_peers.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/state_files.h"
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

Claim own_claim(const Host& host, const keystore::Holding& holding);
Asker asker_for(const Host& host, const Member& member, const Roster& roster);

/// Asks, and recognises who answers. Writes nothing.
platform::Result<std::vector<RecognisedPeer>> ask_and_recognise(const Host& host, const Member& member,
                                                                RosterFile& roster_file,
                                                                const std::vector<Target>& targets,
                                                                const AskOptions& options);
/// Writes what was learned into roster and record; true when the record changed. A failure to write does not make the
/// answers less true, so callers report it and go on.
platform::Result<bool> remember_answers(const Host& host, Member& member, RosterFile& roster_file,
                                        const std::vector<RecognisedPeer>& peers);
/// Asks and remembers.
struct PeersRound {
  std::vector<RecognisedPeer> peers;
  bool record_changed = false;
};
platform::Result<PeersRound> ask_and_remember(const Host& host, Member& member, RosterFile& roster_file,
                                              const std::vector<Target>& targets, const AskOptions& options);
/// Asks who has a key, for a host that has none. Writes nothing.
platform::Result<std::vector<RecognisedPeer>> ask_who_has_a_key(const Host& host, const Member& member);

}  // namespace agent
