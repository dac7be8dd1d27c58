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

namespace agent {

struct AskOptions {
  std::chrono::milliseconds time_per_peer = limits::verify_wait;  // to connect, and as much again to talk
  std::chrono::milliseconds wait{0};                              // how long silent peers are tried again
  std::function<bool(const std::vector<PeerAnswer>&)> enough;     // ends the wait early; may be empty
};

/// Asks each target for agreement. A host without a key asks who has one; the results are then PeerResult::has_key and
/// no_key. Gives one answer per target, in their order. If the process dies, all are unreachable, with the reason.
std::vector<PeerAnswer> ask_peers(const Asker& asker, const std::vector<Target>& targets, const AskOptions& options);

/// The same in the calling process, for code that already runs in such a child. Root must not call it.
std::vector<PeerAnswer> ask_peers_in_this_process(const Asker& asker, const std::vector<Target>& targets,
                                                  const AskOptions& options);

}  // namespace agent
