// SPDX-License-Identifier: ISC
// What the agreement of peers makes of this host's record. Pure: agent/fleet/member.h asks and writes.
#pragma once

#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/roster.h"
#include "keystore/host_key/record.h"

namespace agent {

/// What agreement makes of the record: the best fleet and generation among the introduced peers that agree now or have
/// agreed since the key came, and the standing "established". `whole`: everybody in this host's list was asked, so it
/// may have settled. True when the record changed.
bool settle(keystore::Record& record, const std::vector<PeerVerdict>& peers, const Roster& roster,
            const keystore::KeyProof& proof, bool whole);

/// An established, introduced peer that proved this host's key. Only such a proof may heal a record that was rolled
/// back. Null when there is none.
const PeerVerdict* healer_among(const std::vector<PeerVerdict>& peers);

}  // namespace agent
