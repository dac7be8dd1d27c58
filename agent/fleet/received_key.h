// SPDX-License-Identifier: ISC
// A key that a peer handed over, and its way from the process that talks to peers to its parent.
#pragma once

#include <chrono>
#include <functional>

#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"
#include "keystore/key/gen_key.h"
#include "platform/base/result.h"

namespace agent {

/// A key that a peer handed over. Only its length is checked: whether it is the right key, or a weak one, is for the
/// caller to find out.
struct Received {
  keystore::GenKey key;
  KeyGiver giver;
};

/// Does the work in a process under the agent's account, which ends soon after `time`. Its result comes over a pipe and
/// is checked here, because that process has talked to strangers.
platform::Result<Received> receive_in_child(const Asker& asker, std::chrono::milliseconds time,
                                            const std::function<platform::Result<Received>()>& work);

}  // namespace agent
