// This host as a member of its fleet: its key, record and identity together, opened under the lock or without it, and
// the round of questions to its peers.
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
  tls::Context context = nullptr;  // for commands that ask in several processes, one after the other
};

/// Under the state lock, which comes with it: the state directory is there, an interrupted installation is finished. In
/// a dry run nothing is made, locked or finished.
struct LockedHolding {
  std::optional<platform::FileLock> lock;
  keystore::Holding holding;
};
platform::Result<LockedHolding> lock_holding(const Host& host);
/// The same with the identity. In a dry run a missing one is one for this run alone.
struct LockedMember {
  std::optional<platform::FileLock> lock;
  Member member;
};
platform::Result<LockedMember> open_locked(const Host& host);
/// Without the lock, for commands that mostly look. What must be made first is made under the lock: a missing identity,
/// or a new one on a copied machine.
platform::Result<Member> open_member(const Host& host);

Claim own_claim(const Host& host, const keystore::Holding& holding);
Asker asker_for(const Host& host, const Member& member, const Roster& roster);

/// Asks, and recognises who answers.
platform::Result<std::vector<RecognisedPeer>> ask_and_recognise(const Host& host, const Member& member,
                                                                RosterFile& roster_file,
                                                                const std::vector<Target>& targets,
                                                                const AskOptions& options);
/// Puts what was learned into roster and record; true when the record changed. What peers said is as true when it
/// cannot be written down, so callers report a failure and go on.
platform::Result<bool> remember_answers(const Host& host, Member& member, RosterFile& roster_file,
                                        const std::vector<RecognisedPeer>& peers);
/// Both.
struct PeersRound {
  std::vector<RecognisedPeer> peers;
  bool record_changed = false;
};
platform::Result<PeersRound> ask_and_remember(const Host& host, Member& member, RosterFile& roster_file,
                                              const std::vector<Target>& targets, const AskOptions& options);
/// The same when there is no key yet: only who has one.
platform::Result<std::vector<RecognisedPeer>> ask_who_has_a_key(const Host& host, const Member& member);

}  // namespace agent
