// Asking peers in a process of its own, under the agent's account: whoever takes that process over gets neither root
// nor the key's file. The caller gets typed answers, and decides what they mean.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "agent/base/limits.h"
#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"

namespace agent {

struct AskOptions {
  std::chrono::milliseconds time_per_peer = limits::verify_wait;
  std::chrono::milliseconds wait{0};
  std::function<bool(const std::vector<PeerAnswer>&)> enough;
};

/// Asks each for agreement, or without a key whether it has one (then PeerResult::has_key or no_key). One answer per
/// target; all unreachable when the process dies.
std::vector<PeerAnswer> ask_peers(const Asker& asker, const std::vector<Target>& targets, const AskOptions& options);

/// The same in this very process: for code that runs in such a child already.
std::vector<PeerAnswer> ask_peers_in_this_process(const Asker& asker, const std::vector<Target>& targets,
                                                  const AskOptions& options);

}  // namespace agent
