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
  const auto add = [&](const Address& address, bool configured) {
    if (added.insert(address).second) targets.push_back({address, configured});
  };
  for (const Address& address : host.config.peers) add(address, true);
  for (const std::string& text : roster.addresses()) {
    if (const auto address = parse_address(text)) add(*address, true);
  }
  for (const Peer& peer : roster.peers()) {
    const auto address = parse_address(peer.address);
    const bool recent = peer.acquaintance == Acquaintance::pinned || now - peer.seen <= limits::unseen;
    if (address && recent) add(*address, false);
  }
  return targets;
}

bool is_known(const Asker& asker, const Pin& pin) { return std::ranges::find(asker.known, pin) != asker.known.end(); }

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host) {
  if (host.options.quiet || !platform::stderr_is_terminal()) return nullptr;
  return [](std::size_t answered, std::size_t all) {
    std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
  };
}

}  // namespace agent
