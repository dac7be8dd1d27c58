// SPDX-License-Identifier: ISC
// Receives the key over the network and confirms it, as `join` and `ensure` do.
#pragma once

#include <chrono>

#include "agent/actions/install_key.h"
#include "agent/fleet/key_request.h"
#include "agent/fleet/member.h"
#include "agent/protocol/ticket.h"
#include "agent/report/report.h"

namespace agent {

/// Redeems the ticket, installs the key, and proves agreement with the inviter and the members that it named. If nobody
/// confirms the key, the report has exit_no_answer and the key stays. Errors as request_with_ticket() and
/// install_key().
platform::Result<void> join_with(const Host& host, Member& member, const Ticket& ticket, Displacing displacing,
                                 Report& report);

struct Arrival {
  keystore::Origin origin;
  Displacing displacing;
  std::chrono::milliseconds wait;  // for the proofs of the giver and of the hosts that it named
};

/// Installs what a peer handed over, and proves agreement, with the same outcome.
platform::Result<void> take_over(const Host& host, Member& member, const Received& received, const Arrival& arrival,
                                 Report& report);

}  // namespace agent
