// What answers mean for this host: which peers are known, what the roster and the record become.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/ask_peers.h"
#include "agent/fleet/peer_answer.h"
#include "agent/fleet/roster.h"
#include "agent/gate/decision.h"
#include "keystore/host_key/host_key.h"
#include "keystore/host_key/record.h"

namespace agent {

struct JudgedPeer {
  PeerAnswer answer;
  bool known = false;       // under a pin that the roster knows
  bool configured = false;  // at an address that a person named
  std::string name;         // as it says, or as the roster has it
  std::string news;         // "is known under a new identity", when that was so

  bool operator==(const JudgedPeer&) const = default;
};

/// In the order of `targets`. An answer that the roster contradicts becomes untrusted: a removed pin, or a stranger
/// without proof where somebody else is known.
std::vector<JudgedPeer> judge(std::vector<PeerAnswer> answers, const std::vector<Target>& targets,
                              const Roster& roster);

/// Puts what was learned into the roster: those that agree are members, under `epoch`.
void note(Roster& roster, const std::vector<JudgedPeer>& peers, const std::string& epoch, platform::Time now);

/// What agreement makes of the record: the better fleet and generation among those that agree now or have since the key
/// came, and established by their proof. Tells whether anything changed.
bool settle(keystore::Record& record, const std::vector<JudgedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof);

/// For the gate: one piece of evidence per pin.
std::vector<PeerEvidence> evidence_of(const std::vector<JudgedPeer>& peers);
OwnEvidence evidence_of(const keystore::Holding& holding, bool unsafe);

}  // namespace agent
