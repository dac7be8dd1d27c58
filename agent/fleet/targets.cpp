// SPDX-License-Identifier: ISC
#include "agent/fleet/targets.h"

#include <algorithm>
#include <set>

#include "agent/base/limits.h"
#include "agent/protocol/claim.h"

namespace agent {

namespace {

class TargetList {
 public:
  TargetList(const Host& host, const Roster& roster) : host_(host), roster_(roster) {}

  // The first mention of an address wins, and configuration comes first: an address that a person wrote down stays
  // configured, even if the roster has it too.
  void add(const Address& address, bool configured) {
    if (!added_.insert(address.text()).second) return;
    const Peer* owner = roster_.owner_of(address.text());
    targets_.push_back({address, configured, {}});
    if (owner != nullptr && !is_own(address)) targets_.back().owner = owner->pin;
  }
  void add_known(const std::string& text, const Pin& owner) {
    const auto address = parse_address(text);
    if (!address || !added_.insert(address->text()).second) return;
    targets_.push_back({*address, false, {}});
    if (!is_own(*address)) targets_.back().owner = owner;
  }
  std::vector<Target> take() { return std::move(targets_); }

 private:
  // This host's own address is nobody else's. A machine that had it before, or of which this one is a copy, may have
  // left its entry in the roster. No name is looked up for that: a start may wait for this list.
  bool is_own(const Address& address) const { return is_own_entry(host_, address); }

  const Host& host_;
  const Roster& roster_;
  std::vector<Target> targets_;
  std::set<std::string> added_;
};

// Relative to the last sign of any peer: if this host's clock jumps by a year, everybody is equally old, and nobody is
// forgotten.
platform::Time latest_sign(const Roster& roster) {
  platform::Time latest{};
  for (const Peer& peer : roster.peers()) latest = std::max(latest, peer.seen);
  return latest;
}

}  // namespace

bool is_own_entry(const Host& host, const Address& address) {
  if (host.config.address && *host.config.address == address) return true;
  return address.host == host.name &&
         std::ranges::find(host.config.listen, address.port, &Address::port) != host.config.listen.end();
}

bool is_configured(const Host& host, const Roster& roster, const Address& address) {
  return std::ranges::find(host.config.peers, address) != host.config.peers.end() ||
         std::ranges::find(roster.addresses(), address.text()) != roster.addresses().end();
}

std::vector<Target> targets_of(const Host& host, const Roster& roster) {
  TargetList targets(host, roster);
  for (const Address& address : host.config.peers) targets.add(address, true);
  // `peers add ADDRESS` is a person's word as well, so these addresses count as configured.
  for (const std::string& text : roster.addresses()) {
    if (const auto address = parse_address(text)) targets.add(*address, true);
  }
  const platform::Time latest = latest_sign(roster);
  for (const Peer& peer : roster.peers()) {
    // A host that somebody named is asked until somebody removes it. One that only came by is asked while it is seen.
    if (!is_introduced(peer) && latest - peer.seen > limits::unseen) continue;
    for (const std::string& address : peer.addresses) targets.add_known(address, peer.pin);
    // Where it says that it is matters only while it was not met anywhere: behind NAT that address leads nowhere.
    if (peer.addresses.empty()) targets.add_known(peer.claimed, peer.pin);
  }
  return targets.take();
}

std::vector<Target> targets_of(const Host& host, const Roster& roster, const std::vector<Address>& addresses) {
  TargetList targets(host, roster);
  for (const Address& address : addresses) targets.add(address, is_configured(host, roster, address));
  return targets.take();
}

}  // namespace agent
