// SPDX-License-Identifier: ISC
// Who asks: what a round of questions needs to know about this host.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "agent/config/host.h"
#include "agent/fleet/roster.h"
#include "agent/protocol/claim.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "keystore/key/gen_key.h"

namespace agent {

/// Who we are when we ask. It borrows host, identity, roster and key, which must outlive it.
struct Asker {
  const Host& host;
  const Identity& identity;
  const Roster& roster;
  Claim claim;
  const keystore::GenKey* key = nullptr;  // null: this host can only say hello
  tls::Context context = nullptr;         // shared by processes that ask in turn; null: made for each round
};

/// What ends a message about a peer that does not know this host, or has removed it: the command for that host which
/// makes this one known there.
platform::Steps steps_there(const Asker& asker);

/// Shows who has answered, as long as the function lives. The wait is given up at `end`.
std::function<void(std::size_t answered, std::size_t all)> progress_for(const Host& host,
                                                                        std::chrono::steady_clock::time_point end);

}  // namespace agent
