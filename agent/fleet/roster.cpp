// SPDX-License-Identifier: ISC
#include "agent/fleet/roster.h"

#include <algorithm>
#include <set>
#include <utility>

#include "agent/base/limits.h"

namespace agent {

namespace {

bool has(const std::vector<std::string>& addresses, std::string_view address) {
  return std::ranges::find(addresses, address) != addresses.end();
}

}  // namespace

const Removed* Roster::removal_of(const Pin& pin) const {
  const auto found = std::ranges::find(removed_, pin, &Removed::pin);
  return found == removed_.end() ? nullptr : &*found;
}

const Removed* Roster::removal_of(std::string_view address) const {
  const auto found = std::ranges::find_if(removed_, [&](const Removed& gone) { return has(gone.addresses, address); });
  return found == removed_.end() ? nullptr : &*found;
}

std::vector<const Peer*> Roster::members(std::string_view epoch) const {
  std::vector<const Peer*> found;
  for (const Peer& peer : peers()) {
    // An empty epoch is that of a peer that never proved the key. It must not match a host that has no record.
    if (!peer.epoch.empty() && peer.epoch == epoch) found.push_back(&peer);
  }
  // The most recent first, because a hand-over names only so many members and the newest are the likeliest to answer.
  std::ranges::stable_sort(found, std::ranges::greater(), [](const Peer* peer) { return peer->seen; });
  return found;
}

void Roster::remember(const Peer& peer) {
  // A removed host still holds the key and can prove it. Without this line it would re-enter by itself.
  if (is_removed(peer.pin)) return;
  // An address that has an owner stays with it. Only move_address() takes it away.
  const auto is_free = [&](const std::string& address) {
    const Peer* owner = owner_of(address);
    return owner == nullptr || owner->pin == peer.pin || owner->addresses.empty();
  };
  Peer changed = peer;
  const Peer* known = find(peer.pin);
  if (known != nullptr) {
    changed.addresses = known->addresses;
    // A stronger word outlasts what comes later: a pinned peer that proves the key is still pinned.
    changed.introduced_by = std::max(known->introduced_by, peer.introduced_by);
    // A proof to our listener answers no question, so it keeps the last result.
    changed.last = changed.last ? following(known->last, *changed.last) : known->last;
    if (changed.claimed.empty()) changed.claimed = known->claimed;
  } else {
    changed.addresses.clear();
    if (changed.last) changed.last = following(std::nullopt, *changed.last);
  }
  for (const std::string& address : peer.addresses) {
    if (changed.addresses.size() >= limits::addresses_of_peer) break;
    if (!has(changed.addresses, address) && is_free(address)) changed.addresses.push_back(address);
  }
  if (known == nullptr) return add(changed);
  peers_.change(peer.pin, [&](Peer& now) { now = std::move(changed); });
}

std::optional<Peer> Roster::move_address(std::string_view address, const Pin& pin) {
  std::optional<Peer> former;
  const Peer* owner = owner_of(address);
  if (owner != nullptr && owner->pin != pin && has(owner->addresses, address)) {
    former = *owner;
    std::erase(former->addresses, address);
    peers_.change(former->pin, [&](Peer& other) { other.addresses = former->addresses; });
  }
  if (former && former->addresses.empty()) retire(former->pin);
  peers_.change(pin, [&](Peer& peer) {
    if (!has(peer.addresses, address)) peer.addresses.emplace(peer.addresses.begin(), address);
  });
  return former;
}

void Roster::retire(const Pin& pin) { peers_.erase(pin); }

void Roster::add(const Peer& peer) {
  // Anybody who has the key can prove it under any number of pins. Peers that introduced themselves make room first,
  // so that they cannot push out a host that a person named.
  if (peers().size() >= limits::roster) {
    const auto first_to_go = std::ranges::min_element(
        peers(), {}, [](const Peer& known) { return std::pair(is_introduced(known), known.seen); });
    peers_.erase(Pin(first_to_go->pin));
  }
  peers_.add(peer);
}

void Roster::record_drift(const Pin& pin, platform::Time when) {
  peers_.change(pin, [&](Peer& known) {
    known.seen = when;
    // Only the first failure counts, so that people see since when a peer has had another key.
    if (!known.drifted) known.drifted = when;
  });
}

void Roster::record_result(const Pin& pin, const LastResult& last, bool answered) {
  peers_.change(pin, [&](Peer& known) {
    if (answered) known.seen = last.when;
    known.last = following(known.last, last);
  });
}

void Roster::record_result(const std::string& unmet_address, const LastResult& last) {
  const auto known = unmet_.find(unmet_address);
  if (known != unmet_.end()) {
    known->second = following(known->second, last);
  } else if (unmet_.size() < limits::roster) {
    unmet_.emplace(unmet_address, following(std::nullopt, last));
  }
}

void Roster::keep_unmet(const std::vector<std::string>& asked) {
  const std::set<std::string_view> still(asked.begin(), asked.end());
  std::erase_if(unmet_,
                [&](const auto& unmet) { return !still.contains(unmet.first) || owner_of(unmet.first) != nullptr; });
}

void Roster::add_address(const std::string& address) {
  // A second `peers add` of the same address must not make every verify ask it twice.
  if (addresses_.size() < limits::roster && !has(addresses_, address)) addresses_.push_back(address);
}

std::vector<const Peer*> Roster::named(std::string_view which) const {
  std::vector<const Peer*> found;
  for (const Peer& peer : peers()) {
    // A person types whatever a status showed. The pin alone is unique.
    if (peer.pin.text() == which || has(peer.addresses, which) || peer.claimed == which || peer.name == which)
      found.push_back(&peer);
  }
  return found;
}

void Roster::add_removal(Removed removal) {
  // Bounded like everything that is kept on disk. The oldest removal goes first.
  if (removed_.size() >= limits::removed) removed_.erase(removed_.begin());
  removed_.push_back(std::move(removal));
}

void Roster::remove(const Pin& pin, platform::Time when) {
  if (is_removed(pin)) return;
  Removed removal{.pin = pin, .when = when};
  if (const Peer* peer = find(pin)) {
    removal.name = peer->name;
    removal.addresses = peer->addresses;
    // Where it said that it is, unless that is somebody else's address: a removed host must not take others with it.
    if (!peer->claimed.empty() && !has(removal.addresses, peer->claimed) && owner_of(peer->claimed) == peer)
      removal.addresses.push_back(peer->claimed);
  }
  // The addresses go from the list as well, or the next verify would ask them again.
  for (const std::string& address : removal.addresses) std::erase(addresses_, address);
  retire(pin);
  // A pin may be removed before this host has met it, for example when a stolen disk is reported by another host.
  add_removal(std::move(removal));
}

void Roster::remove_address(const std::string& address, platform::Time when) {
  std::erase(addresses_, address);
  if (removal_of(address) == nullptr) add_removal({.addresses = {address}, .when = when});
}

void Roster::forgive(const Pin& pin) {
  // The pin is only forgiven here. Its entry returns when a person adds it or when it proves the key.
  std::erase_if(removed_, [&](const Removed& removed) { return removed.pin == pin; });
}

void Roster::forgive(std::string_view address) {
  for (Removed& removed : removed_) std::erase(removed.addresses, address);
  std::erase_if(removed_, [](const Removed& removed) { return !removed.pin && removed.addresses.empty(); });
}

}  // namespace agent
