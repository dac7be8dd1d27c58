// SPDX-License-Identifier: ISC
// What answers mean for this host: which peers are known, and what the roster and the record become. Pure. Whether Ops
// Manager may start is not decided here; agent/gate/decision.h does that.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"
#include "agent/fleet/roster.h"
#include "keystore/host_key/record.h"

namespace agent {

struct RecognisedPeer {
  PeerAnswer answer;
  bool known = false;       // it showed a pin that is in the roster
  bool configured = false;  // at an address that a person named
  std::string name;         // as it says, or as the roster has it
  std::string news;         // for people, when it proved the key under a new identity; else empty

  bool operator==(const RecognisedPeer&) const = default;
};

/// One result per answer, in the order of `targets`. An answer that the roster contradicts becomes untrusted: a removed
/// pin, or a stranger without proof at the address of a known peer.
std::vector<RecognisedPeer> recognise(std::vector<PeerAnswer> answers, const std::vector<Target>& targets,
                                      const Roster& roster);

/// Enters what was learned into the roster: peers that agree become members, under `epoch`.
void remember(Roster& roster, const std::vector<RecognisedPeer>& peers, const std::string& epoch, platform::Time now);

/// What agreement makes of the record: the best fleet and generation among the peers that agree now or have agreed
/// since the key came, and the standing "established". True when the record changed.
bool settle(keystore::Record& record, const std::vector<RecognisedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof);

}  // namespace agent
