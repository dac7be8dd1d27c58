// SPDX-License-Identifier: ISC
// Who asks, and whom: what a round of questions needs to know about this host, and the list of its targets.
#pragma once

#include <functional>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/roster.h"
#include "agent/protocol/address.h"
#include "agent/protocol/claim.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "keystore/key/gen_key.h"
#include "platform/base/clock.h"

namespace agent {

/// Where to ask.
struct Target {
  Address address;
  bool configured = false;  // a person named it: configuration, --peer or `peers add`
};

/// Configuration, added addresses and roster, each address once. Peers that were not seen for limits::unseen are left
/// out, but for pinned peers.
std::vector<Target> targets_of(const Host& host, const Roster& roster, platform::Time now);

/// Who we are when we ask. It borrows host, identity and key, which must outlive it.
struct Asker {
  const Host& host;
  const Identity& identity;
  Claim claim;
  const keystore::GenKey* key = nullptr;  // null: this host can only say hello
  std::vector<Pin> known = {};     // in the roster; only they get proofs of a weak key or are asked for a lost key
  tls::Context context = nullptr;  // shared by processes that ask in turn; null: made for each round
};

bool is_known(const Asker& asker, const Pin& pin);

/// Prints progress for a person who waits at a terminal. Empty if standard error is not a terminal or --quiet was
/// given.
std::function<void(std::size_t answered, std::size_t all)> progress_for(const Host& host);

}  // namespace agent
