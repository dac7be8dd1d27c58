// SPDX-License-Identifier: ISC
// join: receives the key from the host that made the ticket. A join that fails leaves nothing behind, and a join that
// was interrupted is finished by the same command with the same ticket.
#include <algorithm>

#include "agent/actions/back_up.h"
#include "agent/actions/install_key.h"
#include "agent/actions/receive_key.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/fleet/roster_file.h"
#include "agent/report/peers.h"
#include "platform/processes/terminal.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::Result;
using platform::SecretBytes;

Result<SecretBytes> read_piped_ticket() {
  auto text = platform::read_secret_stream(platform::standard_input, limits::ticket_text);
  if (text || text.error().kind != ErrorKind::invalid_key) return text;
  // The fault is in the ticket; no key was read yet. The kind of the reader would advise to replace the key file.
  return platform::fail(ErrorKind::bad_ticket, text.error().message + "; that is too long for a ticket");
}

Result<SecretBytes> read_ticket(const Options& options) {
  // Typed without echo. A ticket on the command line would be visible in ps and stay in the shell's history.
  if (!options.ticket_file && !platform::has_terminal())
    return platform::fail(ErrorKind::usage, "there is no terminal to ask for the ticket on");
  if (!options.ticket_file)
    return platform::ask_hidden_line("Ticket (from 'genkey-agent invite' on a host that has the key): ",
                                     limits::ticket_text);
  if (*options.ticket_file == "-") return read_piped_ticket();
  auto file = platform::read_secret_file(*options.ticket_file, limits::ticket_text);
  if (file) return std::move(file->content);
  if (file.error().kind != ErrorKind::unsafe_file) return tl::unexpected(file.error());
  return platform::fail(ErrorKind::usage, file.error().message);
}

// What the host that made the ticket says about the present key. Only its answer counts: another host with the same old
// key says nothing about the key that the ticket is for.
Result<PeerResult> ask_inviter(const Host& host, Member& member, const Ticket& ticket, Report& report) {
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto targets = targets_of(host, roster, ticket.addresses);
  const auto peers = TRY(ask(host, member, roster_file, targets, AskOptions{}));
  // The pin that answers, and not the one in the roster: this host may not know the inviter yet.
  const auto inviter = std::ranges::find(peers, ticket.inviter, &PeerVerdict::shown);
  if (inviter == peers.end()) return PeerResult::unreachable;
  if (inviter->result == PeerResult::agree) {
    tell_peers(report, {*inviter});
    TRY(remember_answers(host, member, roster_file, {*inviter}, Coverage::some));
  }
  return inviter->result;
}

// Whether this host has the inviter's key already, so that the ticket is not needed. A repeated `join` then succeeds
// and spends no other use. If it has another key, that is said before the ticket is used.
Result<bool> agrees_already(const Host& host, Member& member, const Ticket& ticket, Report& report) {
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  // A join that was interrupted before it knew its inviter is not done.
  if (!member.holding.is_recorded || roster.find(ticket.inviter) == nullptr) return false;
  const PeerResult result = TRY(ask_inviter(host, member, ticket, report));
  if (result == PeerResult::disagree) return tl::unexpected(another_key_is_here(host, member.holding));
  if (result != PeerResult::agree) return false;
  // An interrupted installation is finished by any command that takes the lock.
  TRY(lock_holding(host));
  return true;
}

// With --displace the person wants to leave the present fleet, so it does not matter that others agree with the present
// key.
bool leaves_its_fleet(const Options& options, const keystore::Holding& holding) {
  return options.displace && options.confirm == keystore::confirmation_word(holding);
}

}  // namespace

Result<Report> join(const Host& host) {
  Report report{.command = Command::join, .changed = false};
  Member member = TRY(open_member(host));
  // All that can fail on this host comes before the ticket is asked for, because a redeemed ticket is hard to get back.
  TRY(check_key_directory(host));
  const Displacing displacing = TRY(displacing_by(host.options, member.holding));
  const SecretBytes text = TRY(read_ticket(host.options));
  const Ticket ticket = TRY(decode_ticket(text));
  const bool done =
      !leaves_its_fleet(host.options, member.holding) && TRY(agrees_already(host, member, ticket, report));
  if (done) {
    report.key = key_part(host.files, member.holding);
    report.lines.emplace_back("this host holds its fleet's key already");
    return report;
  }
  if (host.options.dry_run) {
    // Only the address. The ticket itself is never printed.
    report.lines.push_back("would ask " + ticket.addresses.front().text() + " for the key");
    return report;
  }
  TRY(join_with(host, member, ticket, displacing, report));
  back_up_beside(host, report);
  return report;
}

}  // namespace agent::commands
