// SPDX-License-Identifier: ISC
// Where to ask: the addresses of all peers, and those that a person named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/roster.h"
#include "agent/protocol/address.h"
#include "agent/protocol/pin.h"
#include "platform/base/clock.h"

namespace agent {

/// Whether a person named it, in the configuration or by `peers add`.
bool is_configured(const Host& host, const Roster& roster, const Address& address);

/// Whether it is this host's own entry in a list that all hosts share, by its configured address or its name. No name
/// is looked up, so an entry in another spelling is not known for what it is before the peers are asked.
bool is_own_entry(const Host& host, const Address& address);

struct Target {
  Address address;
  bool configured = false;        // a person named it for good: configuration or `peers add`
  std::optional<Pin> owner = {};  // the peer that is known there
};

/// Configuration, added addresses and roster, each address once, compared without case. Peers that introduced
/// themselves and were not seen for limits::unseen are left out. A clock that jumped leaves out nobody: the last time
/// at which any peer was seen counts, and not the present.
std::vector<Target> targets_of(const Host& host, const Roster& roster);
/// The addresses that a person gave for one command. To ask once is not to name a peer for good: they are configured
/// only if they are that otherwise.
std::vector<Target> targets_of(const Host& host, const Roster& roster, const std::vector<Address>& addresses);

}  // namespace agent
