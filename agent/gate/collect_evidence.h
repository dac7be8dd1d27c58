// SPDX-License-Identifier: ISC
// What the gate decides on: evidence about this host, and what the peers said. It decides nothing itself.
#pragma once

#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/gate/decision.h"
#include "keystore/host_key/host_key.h"

namespace agent {

/// One piece of evidence per pin, the first that was met. This host itself is left out.
std::vector<PeerEvidence> evidence_of(const std::vector<RecognisedPeer>& peers);
/// `unsafe`: the service cannot read the key file, or someone else can change it.
OwnEvidence evidence_of(const keystore::Holding& holding, bool unsafe);

}  // namespace agent
