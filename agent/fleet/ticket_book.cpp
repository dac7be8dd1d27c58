// SPDX-License-Identifier: ISC
#include "agent/fleet/ticket_book.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "platform/base/secret_bytes.h"

namespace agent {

namespace {

std::uint64_t uses_of(const std::vector<IssuedTicket>& tickets) {
  std::uint64_t uses = 0;
  for (const IssuedTicket& ticket : tickets) uses += ticket.uses;
  return uses;
}

}  // namespace

std::uint32_t uses_left(const IssuedTicket& ticket) {
  // A damaged file may list more hosts than uses.
  const auto used = static_cast<std::uint32_t>(std::min<std::size_t>(ticket.used_by.size(), ticket.uses));
  return ticket.uses - used;
}

TicketState state_of(const IssuedTicket& ticket, platform::Time now) {
  if (ticket.expires <= now) return TicketState::expired;
  return uses_left(ticket) == 0 ? TicketState::used_up : TicketState::open;
}

const IssuedTicket* TicketBook::find(const TicketId& id) const {
  const auto ticket = std::ranges::find(tickets_, id, &IssuedTicket::id);
  return ticket == tickets_.end() ? nullptr : &*ticket;
}

bool TicketBook::add(IssuedTicket ticket, platform::Time now) {
  // Expired tickets would otherwise fill the book for ever, since nothing else removes them.
  std::erase_if(tickets_, [now](const IssuedTicket& issued) { return issued.expires <= now; });
  // The uses are bounded over all tickets: each use is a line in a file that the listener rewrites for each join.
  if (tickets_.size() >= limits::tickets || uses_of(tickets_) + ticket.uses > limits::ticket_uses_in_all) return false;
  tickets_.push_back(std::move(ticket));
  return true;
}

void TicketBook::take_back(const TicketId& id) {
  std::erase_if(tickets_, [&](const auto& one) { return one.id == id; });
}

std::optional<wire::Refusal> TicketBook::redeem(const TicketId& id, const TicketSecret& secret, const Pin& pin,
                                                platform::Time now, bool& changed) {
  changed = false;
  const auto ticket = std::ranges::find(tickets_, id, &IssuedTicket::id);
  if (ticket == tickets_.end()) return wire::Refusal::unknown_ticket;
  // The same refusal as for an unknown id: whoever guesses must not learn that the id exists. The comparison takes
  // constant time, so that timing does not tell either.
  if (!platform::equal_in_constant_time(ticket->secret_digest, secret.digest())) return wire::Refusal::unknown_ticket;
  // After the secret, so that only a holder of the ticket learns that it expired. The clock is the issuer's, because
  // the joining host's clock may be wrong.
  if (ticket->expires <= now) return wire::Refusal::expired_ticket;

  // The same host may retry until it has proved the key: a reply that was lost on the way must not cost the ticket.
  const auto use = std::ranges::find(ticket->used_by, pin, &TicketUse::pin);
  if (use != ticket->used_by.end()) return use->spent ? std::optional(wire::Refusal::used_ticket) : std::nullopt;
  // A use stays bound to the first pin that showed the secret, so that a stolen ticket cannot be used beside the right
  // host.
  if (ticket->used_by.size() >= ticket->uses) return wire::Refusal::used_ticket;
  ticket->used_by.push_back({pin, false});
  changed = true;
  return std::nullopt;
}

bool TicketBook::spend(const Pin& pin) {
  bool any = false;
  // All tickets, because the proof does not name the ticket that brought the key.
  for (IssuedTicket& ticket : tickets_) {
    for (TicketUse& use : ticket.used_by) {
      if (use.pin != pin || use.spent) continue;
      use.spent = true;
      any = true;
    }
  }
  return any;
}

}  // namespace agent
