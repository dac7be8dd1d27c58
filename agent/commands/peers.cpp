// SPDX-License-Identifier: ISC
// peers: who this host knows.
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/state_files.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

std::string line_for(const Peer& peer) {
  std::string line = peer.address + " (" + peer.name + "): " + std::string(name_of(peer.acquaintance)) + ", seen " +
                     platform::format_time(peer.seen);
  if (!peer.last_result.empty()) line += ", last " + peer.last_result;
  if (peer.drifted) line += ", cannot prove the key since " + platform::format_time(*peer.drifted);
  return line + ", pin " + peer.pin.text();
}

}  // namespace

Result<Report> peers_list(const Host& host) {
  Report report{.command = Command::peers_list};
  RosterFile file = roster_of(host);
  const Roster& roster = TRY(file.current());
  report.roster = RosterPart{roster.peers(), roster.removed()};
  for (const Peer& peer : roster.peers()) report.lines.push_back(line_for(peer));
  for (const std::string& address : roster.addresses()) report.lines.push_back(address + ": added, pin not known yet");
  for (const Removed& removed : roster.removed()) {
    report.lines.push_back("removed " + platform::format_time(removed.when) + ": " + removed.name + " pin " +
                           removed.pin.text());
  }
  if (report.lines.empty()) report.lines.emplace_back("no peers are known");
  return report;
}

Result<Report> peers_add(const Host& host) {
  Report report{.command = Command::peers_add, .changed = false};
  const std::string address = host.options.peer_address->text();
  report.lines.push_back(host.options.pin ? address + " is known by its pin" : address + " is asked from now on");
  if (host.options.dry_run) return report;
  // Peers may be added before there is a key, so the state directory may not exist yet.
  TRY(prepare(host));
  RosterFile file = roster_of(host);
  TRY(file.update([&](Roster& roster) {
    const Roster before = roster;
    if (!host.options.pin) {
      roster.add_address(address);
    } else {
      const Peer* known = roster.find(*host.options.pin);
      const bool done = known != nullptr && known->address == address && known->acquaintance == Acquaintance::pinned;
      // A person who adds the pin takes the removal back. First, because the roster refuses removed pins.
      roster.forgive(*host.options.pin);
      // The person says who is at this address, so other pins there are outdated.
      roster.take_address(address, *host.options.pin);
      // What is known about this pin stays, so that adding it by hand does not lose its proofs.
      Peer peer = known != nullptr ? *known : Peer{.pin = *host.options.pin};
      peer.address = address;
      peer.acquaintance = Acquaintance::pinned;
      if (!done) roster.remember(peer);
    }
    // Compared and not assumed, so that configuration management sees a repeated command as unchanged.
    report.changed = !(roster == before);
  }));
  return report;
}

Result<Report> peers_remove(const Host& host) {
  Report report{.command = Command::peers_remove, .changed = !host.options.dry_run};
  RosterFile file = roster_of(host);
  std::vector<Peer> gone;
  // One function for both, so that a dry run shows exactly what would go.
  const auto remove = [&](Roster& roster) { gone = roster.remove(host.options.peer, platform::now()); };
  if (host.options.dry_run) {
    Roster roster = TRY(file.current());
    remove(roster);
  } else {
    TRY(prepare(host));
    TRY(file.update(remove));
  }
  if (gone.empty()) {
    // An unknown name is an error: a removal that removes nobody leaves a host in the fleet that somebody wants out.
    return fail(ErrorKind::usage, "no peer is known as \"" + host.options.peer + "\"; '" +
                                      command_line_for(host.options, "peers list") + "' shows them");
  }
  for (const Peer& peer : gone) {
    report.lines.push_back((host.options.dry_run ? "would remove " : "removed ") + peer.address + " (" + peer.name +
                           "), pin " + peer.pin.text() + ": it gets nothing from this host again");
  }
  return report;
}

}  // namespace agent::commands
