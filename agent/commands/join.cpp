// SPDX-License-Identifier: ISC
// join: receives the key from the host that made the ticket. A join that fails leaves nothing behind, and a join that
// was interrupted is finished by the same command with the same ticket.
#include <algorithm>

#include "agent/actions/back_up.h"
#include "agent/actions/receive_key.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/fleet/state_files.h"
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
  if (!options.ticket_file)
    return platform::ask_hidden_line("Ticket (from 'genkey-agent invite' on a host that has the key): ",
                                     limits::ticket_text);
  if (*options.ticket_file == "-") return read_piped_ticket();
  auto file = platform::read_secret_file(*options.ticket_file, limits::ticket_text);
  if (file) return std::move(file->content);
  if (file.error().kind != ErrorKind::unsafe_file) return tl::unexpected(file.error());
  return platform::fail(ErrorKind::usage, file.error().message);
}

// A host whose key is proved by a peer needs no ticket. So a repeated join succeeds and does not spend another use.
Result<bool> agrees_already(const Host& host, Member& member, Report& report) {
  if (!member.holding.is_recorded) return false;
  RosterFile roster_file = roster_of(host);
  const Roster& roster = TRY(roster_file.current());
  const auto targets = targets_of(host, roster, platform::now());
  auto round = TRY(ask_and_remember(host, member, roster_file, targets, AskOptions{}));
  const bool agreed = std::ranges::any_of(
      round.peers, [](const RecognisedPeer& peer) { return peer.answer.result == PeerResult::agree; });
  if (agreed) tell_peers(report, round.peers);
  return agreed;
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
  const bool done = !leaves_its_fleet(host.options, member.holding) && TRY(agrees_already(host, member, report));
  if (done) {
    report.key = key_part(host.files, member.holding);
    report.lines.emplace_back("this host holds its fleet's key already");
    return report;
  }
  // All that can fail on this host comes before the ticket is asked for, because a redeemed ticket is hard to get back.
  TRY(check_key_directory(host));
  const Displacing displacing = TRY(displacing_by(host.options, member.holding));
  const SecretBytes text = TRY(read_ticket(host.options));
  const Ticket ticket = TRY(decode_ticket(text));
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
