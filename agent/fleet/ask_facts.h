// SPDX-License-Identifier: ISC
// Asks peers for facts about their Ops Manager, in a process of its own, as ask_peers.h does. Nothing is written:
// roster and record learn only from agreement.
#pragma once

#include <chrono>
#include <vector>

#include "agent/fleet/asker.h"
#include "agent/fleet/facts_answer.h"
#include "agent/fleet/peer_verdict.h"

namespace agent {

struct FactsTarget {
  Address address;
  Pin pin;  // asked only if this pin answers there
};

struct FactsOptions {
  std::chrono::milliseconds wait{};  // for all peers together
  bool fresh = false;                // each peer shall collect them anew; a later round finds them
  bool shows_progress = true;        // false: the caller tells what is waited for
};

/// The introduced peers that agreed in this run. `places` gets the place of each in `peers`.
std::vector<FactsTarget> facts_targets(const std::vector<PeerVerdict>& peers, std::vector<std::size_t>& places);

/// One answer for each target, in their order. The asker must have a key.
std::vector<FactsAnswer> ask_for_facts(const Asker& asker, const std::vector<FactsTarget>& targets,
                                       const FactsOptions& options);

}  // namespace agent
