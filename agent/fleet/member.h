// This host as a member of its fleet: its key, record and identity together, and the steps that several commands share.
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
#include "agent/report/report.h"
#include "agent/transport/tls.h"
#include "keystore/host_key/host_key.h"
#include "platform/audit/audit.h"
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

/// Asks and judges.
platform::Result<std::vector<JudgedPeer>> ask_peers(const Host& host, const Member& member, RosterFile& roster_file,
                                                    const std::vector<Target>& targets, const InquiryOptions& options);
/// Puts what was learned into roster and record; true when the record changed. What peers said is as true when it
/// cannot be written down.
platform::Result<bool> take_note(const Host& host, Member& member, RosterFile& roster_file,
                                 const std::vector<JudgedPeer>& peers);
/// Both.
struct PeersRound {
  std::vector<JudgedPeer> peers;
  bool record_changed = false;
};
platform::Result<PeersRound> ask_and_settle(const Host& host, Member& member, RosterFile& roster_file,
                                            const std::vector<Target>& targets, const InquiryOptions& options);
/// The same when there is no key yet: only who has one.
platform::Result<std::vector<JudgedPeer>> ask_who_has_a_key(const Host& host, const Member& member);

/// Everything that speaks against installing a key on this host at all: no directory, or one that strangers can change.
platform::Result<void> check_place(const Host& host);

/// Installs a key that came: refuses (exists, needs_confirmation) to displace a different one unless that was asked for
/// and confirmed, or `unattended` (ensure, which is configured to, but never displaces the recorded key: that one came
/// while the network was asked). Gives the path of the displaced one.
struct Installed {
  std::optional<platform::Path> displaced;
};
enum class Displacing : std::uint8_t { refused, confirmed, unattended };
platform::Result<Installed> install_key(const Host& host, const keystore::Holding& present, const keystore::GenKey& key,
                                        const keystore::Record& record, Displacing displacing);
/// `fresh`, unless the host's record already means this very key: then that record goes on, with its epoch, as sure as
/// the surer of the two.
keystore::Record record_for(const keystore::Holding& present, const keystore::GenKey& key, keystore::Record fresh);
/// What the options --displace and --confirm say about the present key.
platform::Result<Displacing> displacing_by(const Options& options, const keystore::Holding& present);

/// Lines for people: peers, and one sentence that sums them up.
void tell_peers(Report& report, const std::vector<JudgedPeer>& peers);
ExitCode exit_code_for(const std::vector<JudgedPeer>& peers);
/// "prints the warning once and how to mend it", for a weak key.
void warn_of_weakness(Report& report, const keystore::Holding& holding);

}  // namespace agent
