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

bool TicketBook::add(IssuedTicket ticket, platform::Time now) {
  std::erase_if(tickets_, [now](const IssuedTicket& issued) { return issued.expires <= now; });
  if (tickets_.size() >= limits::tickets || uses_of(tickets_) + ticket.uses > limits::ticket_uses_in_all) return false;
  tickets_.push_back(std::move(ticket));
  return true;
}

std::optional<wire::Refusal> TicketBook::redeem(const TicketId& id, const TicketSecret& secret, const Pin& pin,
                                                platform::Time now, bool& changed) {
  changed = false;
  const auto ticket = std::ranges::find(tickets_, id, &IssuedTicket::id);
  if (ticket == tickets_.end()) return wire::Refusal::unknown_ticket;
  if (!platform::equal_in_constant_time(ticket->secret_digest, secret.digest())) return wire::Refusal::unknown_ticket;
  if (ticket->expires <= now) return wire::Refusal::expired_ticket;

  const auto use = std::ranges::find(ticket->used_by, pin, &TicketUse::pin);
  if (use != ticket->used_by.end()) return use->spent ? std::optional(wire::Refusal::used_ticket) : std::nullopt;
  if (ticket->used_by.size() >= ticket->uses) return wire::Refusal::used_ticket;
  ticket->used_by.push_back({pin, false});
  changed = true;
  return std::nullopt;
}

bool TicketBook::spend(const Pin& pin) {
  bool any = false;
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
