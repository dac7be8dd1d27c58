// Receiving the key over the network and confirming it, as `join` and `ensure` do.
#pragma once

#include "agent/actions/install_key.h"
#include "agent/fleet/key_request.h"
#include "agent/fleet/member.h"
#include "agent/protocol/ticket.h"
#include "agent/report/report.h"

namespace agent {

/// Redeems the ticket, installs the key, and proves agreement with the inviter and those it told of.
platform::Result<void> join_with(const Host& host, Member& member, const Ticket& ticket, Displacing displacing,
                                 Report& report);

/// Installs what a peer handed over, and proves agreement.
platform::Result<void> take_over(const Host& host, Member& member, const Received& received, keystore::Origin origin,
                                 Displacing displacing, Report& report);

}  // namespace agent
