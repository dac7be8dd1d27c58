// SPDX-License-Identifier: ISC
// Asks peers in a process of its own, under the agent's account. An attacker who takes that process over gets neither
// root nor the key's file, only the copy of the key with which it proves agreement. The caller gets typed answers and
// decides what they mean.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "agent/base/limits.h"
#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"
#include "agent/fleet/targets.h"

namespace agent {

struct AskOptions {
  std::chrono::milliseconds wait = limits::verify_wait;        // for all peers together
  bool try_again = false;                                      // silent peers, until the wait is over
  std::function<bool(const std::vector<PeerAnswer>&)> enough;  // ends the wait early; may be empty
};

/// The --wait, or else limits::verify_wait and more with many addresses: a large fleet takes longer than one peer.
std::chrono::milliseconds wait_for(const Host& host, std::size_t addresses);

/// Asks each target for agreement. A host without a key asks who has one; the results are then PeerResult::has_key and
/// no_key. Gives one answer per target, in their order. If the process dies, all are unreachable, with the reason.
std::vector<PeerAnswer> ask_peers(const Asker& asker, const std::vector<Target>& targets, const AskOptions& options);

/// The same in the calling process, for code that already runs in such a child. Root must not call it.
std::vector<PeerAnswer> ask_peers_in_this_process(const Asker& asker, const std::vector<Target>& targets,
                                                  const AskOptions& options);

}  // namespace agent
