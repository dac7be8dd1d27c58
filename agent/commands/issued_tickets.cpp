// SPDX-License-Identifier: ISC
#include "agent/commands/issued_tickets.h"

#include <algorithm>

#include "agent/fleet/roster_file.h"
#include "agent/fleet/state_file.h"
#include "platform/base/bytes.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

constexpr std::string_view all_tickets = "all";

// A removed host has its name in the list of removals only.
std::string name_of(const Roster& roster, const Pin& pin) {
  if (const Peer* peer = roster.find(pin)) return peer->name;
  const Removed* removed = roster.removal_of(pin);
  return removed != nullptr ? removed->name : "";
}

TicketPart part_of(const IssuedTicket& ticket, const Roster& roster, platform::Time now) {
  TicketPart part{.id = platform::hex_encode(ticket.id),
                  .made = ticket.made,
                  .expires = ticket.expires,
                  .state = state_of(ticket, now),
                  .uses = ticket.uses,
                  .uses_left = uses_left(ticket),
                  .used_by = {}};
  for (const TicketUse& use : ticket.used_by) part.used_by.push_back({name_of(roster, use.pin), use.pin, use.spent});
  return part;
}

// The pin instead of an unknown name, because a person removes a host by either.
std::string holders_of(const TicketPart& ticket) {
  std::string text;
  for (const TicketHolder& holder : ticket.used_by) {
    text += (text.empty() ? "" : ", ") + (holder.name.empty() ? "pin " + holder.pin.text() : holder.name);
    // Its reply may have been lost, or the host has not reported back yet.
    if (!holder.proved) text += " (key not proved yet)";
  }
  return text;
}

std::string line_for(const TicketPart& ticket) {
  std::string line = ticket.id + ": ";
  if (ticket.made) line += "made " + platform::format_time(*ticket.made) + ", ";
  line += (ticket.state == TicketState::expired ? "expired " : "expires ") + platform::format_time(ticket.expires);
  line += ", " + std::to_string(ticket.uses_left) + " of " + std::to_string(ticket.uses) +
          (ticket.uses == 1 ? " use left" : " uses left");
  if (!ticket.used_by.empty()) line += ", used by " + holders_of(ticket);
  return line;
}

std::string line_of_revocation(const Options& options, const TicketPart& ticket) {
  std::string line = (options.dry_run ? "would revoke " : "revoked ") + ticket.id;
  if (!ticket.used_by.empty()) line += "; a key that was handed out stays there: " + holders_of(ticket);
  return line;
}

std::vector<TicketPart> parts_of(const std::vector<IssuedTicket>& tickets, const Roster& roster) {
  std::vector<TicketPart> parts;
  const platform::Time now = platform::now();
  for (const IssuedTicket& ticket : tickets) parts.push_back(part_of(ticket, roster, now));
  return parts;
}

// Nothing for what is not an id. The text is never repeated, because it may be anything that was pasted.
std::optional<TicketId> parse_id(const std::string& text) {
  const auto bytes = platform::hex_decode(text);
  TicketId id{};
  if (!bytes || bytes->size() != id.size()) return std::nullopt;
  std::ranges::copy(*bytes, id.begin());
  return id;
}

// Takes what is meant out of the book, and gives it.
Result<std::vector<IssuedTicket>> take_meant(TicketBook& book, const std::string& meant) {
  std::vector<IssuedTicket> taken;
  if (meant == all_tickets) {
    taken = book.tickets();
  } else {
    const auto id = parse_id(meant);
    if (!id) return fail(ErrorKind::usage, "--revoke takes \"all\" or a ticket's id, which has 32 hex digits");
    const IssuedTicket* ticket = book.find(*id);
    // An error: a revocation that revokes nothing leaves a ticket good that somebody wants worthless.
    if (ticket == nullptr) return fail(ErrorKind::usage, "this host has no ticket with the id " + meant);
    taken.push_back(*ticket);
  }
  for (const IssuedTicket& ticket : taken) book.take_back(ticket.id);
  return taken;
}

}  // namespace

Result<Report> list_tickets(const Host& host) {
  Report report{.command = Command::invite};
  TicketFile file = tickets_of(host);
  const TicketBook& book = TRY(file.current());
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto parts = parts_of(book.tickets(), roster);
  for (const TicketPart& ticket : parts) report.lines.push_back(line_for(ticket));
  if (parts.empty()) report.lines.emplace_back("there are no tickets");
  report.own_members.push_back(tickets_member("tickets", parts));
  if (file.damage()) report.warn(*file.damage());
  return report;
}

Result<Report> revoke_tickets(const Host& host) {
  Report report{.command = Command::invite, .changed = false};
  TicketFile file = tickets_of(host);
  // One function for both, so that a dry run shows exactly what would go.
  Result<std::vector<IssuedTicket>> taken = std::vector<IssuedTicket>();
  if (host.options.dry_run) {
    TicketBook book = TRY(file.current());
    taken = take_meant(book, *host.options.revoke);
  } else {
    TRY(prepare(host));
    TRY(file.update([&](TicketBook& book) { taken = take_meant(book, *host.options.revoke); }));
  }
  const auto tickets = TRY(std::move(taken));
  // After the tickets: a host that took a use at this moment is in the roster by now.
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto parts = parts_of(tickets, roster);
  for (const TicketPart& ticket : parts) report.lines.push_back(line_of_revocation(host.options, ticket));
  if (parts.empty()) report.lines.emplace_back("there are no tickets to revoke");
  report.changed = !parts.empty() && !host.options.dry_run;
  report.own_members.push_back(tickets_member("revoked", parts));
  if (file.damage()) report.warn(*file.damage());
  return report;
}

}  // namespace agent::commands
