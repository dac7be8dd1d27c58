// SPDX-License-Identifier: ISC
#include "agent/fleet/asker.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "agent/base/limits.h"
#include "platform/processes/terminal.h"

namespace agent {

std::vector<Target> targets_of(const Host& host, const Roster& roster, platform::Time now) {
  std::vector<Target> targets;
  std::set<Address> added;
  // The first mention of an address wins, and configuration comes first: an address that a person wrote down stays
  // configured, even if the roster has it too.
  const auto add = [&](const Address& address, bool configured) {
    if (added.insert(address).second) targets.push_back({address, configured});
  };
  for (const Address& address : host.config.peers) add(address, true);
  for (const std::string& text : roster.addresses()) {
    // `peers add ADDRESS` is a person's word as well, so these addresses count as configured.
    if (const auto address = parse_address(text)) add(*address, true);
  }
  for (const Peer& peer : roster.peers()) {
    const auto address = parse_address(peer.address);
    // A host that was taken down would cost every round its time limit. A pinned peer is always asked, because a person
    // named exactly this host.
    const bool recent = peer.acquaintance == Acquaintance::pinned || now - peer.seen <= limits::unseen;
    if (address && recent) add(*address, false);
  }
  return targets;
}

// Only the pin counts. An address or a name is what anybody may claim.
bool is_known(const Asker& asker, const Pin& pin) { return std::ranges::find(asker.known, pin) != asker.known.end(); }

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host) {
  // A log or a timer's journal gets no progress lines, only the result.
  if (host.options.quiet || !platform::stderr_is_terminal()) return nullptr;
  return [](std::size_t answered, std::size_t all) {
    std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
  };
}

}  // namespace agent
