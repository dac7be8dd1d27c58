// SPDX-License-Identifier: ISC
// invite: a ticket for new hosts. This command and `restore --output -` are the only ones that print a secret, because
// that is what they are asked for.
#include <iostream>

#include "agent/base/limits.h"
#include "agent/base/listener_service.h"
#include "agent/commands/issued_tickets.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/ask_peers.h"
#include "agent/fleet/member.h"
#include "agent/fleet/state_file.h"
#include "agent/protocol/ticket.h"
#include "platform/files/file.h"
#include "platform/host/host_facts.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> check_may_invite(const Host& host, const keystore::Holding& holding) {
  TRY(keystore::check_record(holding));
  if (holding.state == keystore::KeyState::absent) {
    return fail(holding.record ? ErrorKind::lost_key : ErrorKind::no_key,
                "there is no key on this host that it could hand over");
  }
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  if (holding.record && !holding.is_recorded) {
    return fail(ErrorKind::not_recorded,
                "the key in " + host.files.key_file.string() + " is not the one recorded for this host");
  }
  // A key that was only found here may be the wrong one, and an invitation would spread it.
  if (holding.standing() >= keystore::Standing::chosen) return {};
  return fail(ErrorKind::unsure, "nobody has confirmed the key on this host yet, so it hands out none");
}

std::vector<Address> addresses_for(const Host& host) {
  if (!host.options.addresses.empty()) return host.options.addresses;
  const Address own = host.address();
  std::vector<Address> addresses = {own};
  // A configured address is the administrator's choice, so no other address goes into the ticket.
  if (host.config.address) return addresses;
  // The name may not resolve on the new host yet, so the ticket has the numeric addresses as well.
  for (const std::string& numeric : platform::host_addresses()) {
    if (addresses.size() < limits::ticket_addresses) addresses.push_back({numeric, own.port});
  }
  return addresses;
}

Result<void> issue(const Host& host, const Ticket& ticket, platform::Time expires) {
  TicketFile file = tickets_of(host);
  bool added = false;
  TRY(file.update([&](TicketBook& book) {
    // Only the digest of the secret is kept, so that nobody can redeem tickets with this file.
    const platform::Time now = platform::now();
    added = book.add({.id = ticket.id,
                      .secret_digest = ticket.secret.digest(),
                      .made = now,
                      .expires = expires,
                      .uses = host.options.uses},
                     now);
  }));
  if (added) return {};
  return fail(ErrorKind::io, "too many tickets have not expired yet: at most " + std::to_string(limits::tickets) +
                                 ", for " + std::to_string(limits::ticket_uses_in_all) + " hosts in all");
}

Result<void> print(const platform::SecretBytes& line) {
  std::cout.write(reinterpret_cast<const char*>(line.reveal().data()), static_cast<std::streamsize>(line.size()));
  // Flushed before the check, because a full disk or a closed pipe shows only then.
  std::cout << std::endl;
  return std::cout ? Result<void>() : fail(ErrorKind::io, "cannot write the ticket to standard output");
}

// Nobody has such a ticket as a whole, but a part of it may stand in a pipe or a file. It is no longer good for a key.
Result<void> print_or_take_back(const Host& host, const Ticket& ticket, platform::Time expires) {
  auto printed = print(encode(ticket));
  if (printed) return printed;
  TicketFile file = tickets_of(host);
  const auto taken = file.update([&](TicketBook& book) { book.take_back(ticket.id); });
  const std::string outcome = taken ? "; it was taken back"
                                    : "; taking it back failed too (" + taken.error().message +
                                          "), so it is good until " + platform::format_time(expires);
  return fail(printed.error().kind, printed.error().message + outcome);
}

Result<void> write_file(const platform::Path& path, const platform::SecretBytes& line) {
  return platform::install_file({.path = path,
                                 .content = line.reveal(),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // The ticket is as good as the key while it is valid.
                                 .mode = 0600});
}

// The file first: if it cannot be written, no ticket is issued that nobody has.
Result<void> issue_into(const platform::Path& output, const Host& host, const Ticket& ticket, platform::Time expires) {
  TRY(write_file(output, encode(ticket)));
  auto issued = issue(host, ticket, expires);
  // A ticket that is not in the book would only be refused.
  if (!issued) TRY(platform::remove_file(output));
  return issued;
}

// Asks this host's own listener, so that the person who invites learns now that nobody answers, and not the person on
// the new host.
void check_listener(const Host& host, const Member& member, const std::vector<Address>& addresses, Report& report) {
  const std::vector<Target> targets = {{addresses.front(), true}};
  const Roster nobody;
  const Asker asker{host, member.identity, nobody, own_claim(host, member.holding)};
  // A listener that ends because its host got a key is started anew by its service manager.
  const bool expected = is_kept_running(state_of_listener());
  const auto wait = expected ? limits::listener_patience : limits::listener_answer;
  const auto answers = ask_peers(asker, targets, AskOptions{.wait = wait, .try_again = expected});
  // Our own address counts as this host itself even without an answer. Only an answer shows a pin.
  if (answers.front().result == PeerResult::self && answers.front().pin) return;
  report.warn("nothing answers for this host at " + addresses.front().text() + ", where new hosts ask",
              {{"to answer them", command_line_for(host.options, "serve")}});
}

std::chrono::seconds life(const Options& options) {
  return std::chrono::duration_cast<std::chrono::seconds>(options.ttl);
}

}  // namespace

Result<Report> invite(const Host& host) {
  if (host.options.list) return list_tickets(host);
  if (host.options.revoke) return revoke_tickets(host);
  if (host.options.ttl <= std::chrono::milliseconds::zero() || host.options.ttl > limits::longest_ticket_life) {
    return fail(ErrorKind::usage, "--ttl must be more than nothing and at most 30d");
  }
  if (host.options.json && !host.options.output) {
    return fail(ErrorKind::usage, "invite prints the ticket alone; with --json it needs --output FILE");
  }
  Report report{.command = Command::invite, .changed = !host.options.dry_run};
  LockedMember opened = TRY(open_locked(host));
  TRY(check_may_invite(host, opened.member.holding));
  const auto addresses = addresses_for(host);
  if (addresses.size() > limits::ticket_addresses) {
    return fail(ErrorKind::usage, "a ticket holds at most " + std::to_string(limits::ticket_addresses) + " addresses");
  }
  if (host.options.dry_run) return report;

  Ticket ticket{.inviter = opened.member.identity.pin(), .secret = TicketSecret::generate(), .addresses = addresses};
  // The id is random and unrelated to the secret, because the ticket file keeps the id as it is.
  platform::fill_random(ticket.id);
  const platform::Time expires = platform::now() + life(host.options);
  TRY(host.options.output ? issue_into(*host.options.output, host, ticket, expires) : issue(host, ticket, expires));
  if (!host.options.output) TRY(print_or_take_back(host, ticket, expires));
  report.warn("this ticket is a secret until " + platform::format_time(expires) + ", good for " +
                  std::to_string(host.options.uses) + (host.options.uses == 1 ? " host" : " hosts"),
              {{"on the new host", command_line_elsewhere(host.options, "join")}});
  // A listener that is being started takes this lock too, so it must not be waited for with the lock in hand.
  opened.lock.reset();
  check_listener(host, opened.member, addresses, report);
  return report;
}

}  // namespace agent::commands
