// SPDX-License-Identifier: ISC
// peers: who this host knows.
#include <algorithm>

#include "agent/base/repeatable.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/roster_file.h"
#include "agent/report/peer_table.h"
#include "platform/files/file.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

// A person adds a pin: who it is and where it is are settled by that, and a removal is taken back.
void add_pinned(Roster& roster, const Pin& pin, const std::string& address) {
  roster.forgive(pin);
  roster.forgive(address);
  const Peer* known = roster.find(pin);
  const bool done = known != nullptr && roster.owner_of(address) == known && !known->addresses.empty() &&
                    known->introduced_by == Introduction::pinned;
  if (done) return;
  // What is known about this pin stays, so that adding it by hand does not lose its proofs.
  Peer peer = known != nullptr ? *known : Peer{.pin = pin};
  peer.introduced_by = Introduction::pinned;
  roster.remember(peer);
  roster.move_address(address, pin);
}

// With its own pin this host would wait for itself as for a peer, and count itself twice.
Result<void> check_is_not_own(const Host& host, const Pin& pin) {
  // Where there is no identity yet, the pin is somebody else's.
  if (!platform::facts_of(host.identity_file())) return {};
  const Identity own = TRY(own_identity(host));
  if (own.pin() != pin) return {};
  return fail(ErrorKind::usage, "the pin is this host's own; a peer has another one",
              {{"to see the peer's pin, on that peer", command_line_elsewhere(host.options, "identity")}});
}

std::string line_of_removal(const Options& options, const Peer& peer) {
  return (options.dry_run ? "would remove " : "removed ") + peer.address() + " (" + peer.name + "), pin " +
         peer.pin.text() + ": it gets nothing from this host again";
}

// What a person means by a pin, an address or a name. A name or an address may be that of several hosts.
Result<std::optional<Peer>> peer_meant(const Host& host, const Roster& roster) {
  const auto meant = roster.named(host.options.peer);
  if (meant.size() == 1) return std::optional(*meant.front());
  if (meant.empty()) return std::optional<Peer>();
  platform::Steps choices;
  for (const Peer* peer : meant)
    choices.push_back(
        {"for the one at " + peer->address(), command_line_for(host.options, "peers remove " + peer->pin.text())});
  return fail(ErrorKind::usage,
              std::to_string(meant.size()) + " peers are known as \"" + host.options.peer + "\"; name one by its pin",
              std::move(choices));
}

// Without a peer: a pin that this host has not met, or an address that a person named.
Result<std::string> remove_unmet(const Host& host, Roster& roster) {
  const std::string verb = host.options.dry_run ? "would remove " : "removed ";
  const auto pin = Pin::parse(host.options.peer);
  if (pin && !roster.is_removed(*pin)) {
    roster.remove(*pin, platform::now());
    return verb + "pin " + pin->text() + ": it gets nothing from this host again";
  }
  const auto address = parse_address(host.options.peer);
  if (address && is_configured(host, roster, *address) && roster.removal_of(address->text()) == nullptr) {
    roster.remove_address(address->text(), platform::now());
    return verb + address->text() + ": that address is not asked any more";
  }
  // An unknown name is an error: a removal that removes nobody leaves a host in the fleet that somebody wants out.
  return fail(ErrorKind::usage, "no peer is known as " + repeated(host.options.peer),
              {{"to see all peers", command_line_for(host.options, "peers list")}});
}

Result<std::string> remove(const Host& host, Roster& roster) {
  const auto peer = TRY(peer_meant(host, roster));
  if (!peer) return remove_unmet(host, roster);
  roster.remove(peer->pin, platform::now());
  return line_of_removal(host.options, *peer);
}

}  // namespace

Result<Report> peers_list(const Host& host) {
  Report report{.command = Command::peers_list};
  RosterFile file = roster_of(host);
  const Roster& roster = TRY(file.current());
  report.roster = RosterPart{roster.peers(), roster.removed()};
  report.lines = peers_table(roster, host.options.verbose, platform::now());
  if (file.damage()) report.warn(*file.damage());
  if (report.lines.empty()) report.lines.emplace_back("no peers are known");
  return report;
}

Result<Report> peers_add(const Host& host) {
  Report report{.command = Command::peers_add, .changed = false};
  if (host.options.pin) TRY(check_is_not_own(host, *host.options.pin));
  const std::string address = host.options.peer_address->text();
  report.lines.push_back(host.options.pin ? address + " is known by its pin" : address + " is asked from now on");
  if (host.options.dry_run) return report;
  // Peers may be added before there is a key, so the state directory may not exist yet.
  TRY(prepare(host));
  RosterFile file = roster_of(host);
  TRY(file.update([&](Roster& roster) {
    const Roster before = roster;
    if (host.options.pin) {
      add_pinned(roster, *host.options.pin, address);
    } else {
      roster.forgive(address);
      roster.add_address(address);
    }
    // Compared and not assumed, so that configuration management sees a repeated command as unchanged.
    report.changed = !(roster == before);
  }));
  return report;
}

Result<Report> peers_remove(const Host& host) {
  Report report{.command = Command::peers_remove, .changed = !host.options.dry_run};
  RosterFile file = roster_of(host);
  // One function for both, so that a dry run shows exactly what would go.
  Result<std::string> done = std::string();
  if (host.options.dry_run) {
    Roster roster = TRY(file.current());
    done = remove(host, roster);
  } else {
    TRY(prepare(host));
    TRY(file.update([&](Roster& roster) { done = remove(host, roster); }));
  }
  report.lines.push_back(TRY(std::move(done)));
  return report;
}

}  // namespace agent::commands
