// SPDX-License-Identifier: ISC
// Receives the key from a peer, in a process of its own under the agent's account: with a ticket, as an allowed name of
// a CA, or as a member that lost it. Installs nothing.
#pragma once

#include <chrono>
#include <vector>

#include "agent/fleet/asker.h"
#include "agent/fleet/received_key.h"
#include "agent/fleet/targets.h"
#include "agent/protocol/ticket.h"
#include "keystore/host_key/record.h"

namespace agent {

/// Redeems a ticket, or asks the targets as an allowed name of a CA. Each ends within limits::join_wait. Errors name
/// the peer: removed, bad_ticket, used_ticket, expired_ticket, refused, peer_untrusted, peer_incompatible, peer_silent;
/// and those of starting a process.
platform::Result<Received> request_with_ticket(const Asker& asker, const Ticket& ticket);
platform::Result<Received> request_without_ticket(const Asker& asker, const std::vector<Target>& targets);

/// Fetches the recorded key again from peers in the roster, and from addresses that a person named and where nobody was
/// ever met. Accepts only a key that matches the record; another key gives not_recorded. It goes on asking until such a
/// peer gives the key or `wait` is over; without one it asks once.
platform::Result<Received> refetch(const Asker& asker, const std::vector<Target>& targets,
                                   const keystore::Record& record, std::optional<std::chrono::milliseconds> wait);

}  // namespace agent
