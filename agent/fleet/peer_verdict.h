// What answers mean for this host: which peers are known, what the roster and the record become. Pure.
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
  bool known = false;       // under a pin that the roster knows
  bool configured = false;  // at an address that a person named
  std::string name;         // as it says, or as the roster has it
  std::string news;         // "is known under a new identity", when that was so

  bool operator==(const RecognisedPeer&) const = default;
};

/// In the order of `targets`. An answer that the roster contradicts becomes untrusted: a removed pin, or a stranger
/// without proof where somebody else is known.
std::vector<RecognisedPeer> recognise(std::vector<PeerAnswer> answers, const std::vector<Target>& targets,
                                      const Roster& roster);

/// Puts what was learned into the roster: those that agree are members, under `epoch`.
void remember(Roster& roster, const std::vector<RecognisedPeer>& peers, const std::string& epoch, platform::Time now);

/// What agreement makes of the record: the better fleet and generation among those that agree now or have since the key
/// came, and established by their proof. True when it changed.
bool settle(keystore::Record& record, const std::vector<RecognisedPeer>& peers, const Roster& roster,
            const keystore::KeyProof& proof);

}  // namespace agent
