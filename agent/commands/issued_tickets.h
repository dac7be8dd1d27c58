// SPDX-License-Identifier: ISC
// `invite --list` and `invite --revoke`: the tickets that this host issued. No secret of a ticket is here or in what
// they print: the ticket book keeps digests only, and an id is random and unrelated to the secret.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/ticket_book.h"
#include "agent/report/report.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"

namespace agent::commands {

/// A host that holds a use of a ticket.
struct TicketHolder {
  std::string name;  // empty if this host does not know it any more
  Pin pin;
  bool proved = false;  // it has the key
};

struct TicketPart {
  std::string id;  // 32 hex digits
  std::optional<platform::Time> made;
  platform::Time expires;
  TicketState state = TicketState::open;
  std::uint32_t uses = 1;
  std::uint32_t uses_left = 0;
  std::vector<TicketHolder> used_by;
};

/// The member "tickets" or "revoked" of the report, as agent/report/json.md describes it.
OwnMember tickets_member(std::string name, const std::vector<TicketPart>& tickets);

/// Shows every ticket in the book: also those that are used up or expired, until the next ticket is made.
platform::Result<Report> list_tickets(const Host& host);
/// Removes the ticket, or all of them, from the book. The listener reads the book again before it hands the key to
/// anybody, so this counts at once. A host that holds the key already keeps it. usage for an id that is not in the
/// book.
platform::Result<Report> revoke_tickets(const Host& host);

}  // namespace agent::commands
