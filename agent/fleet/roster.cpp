// SPDX-License-Identifier: ISC
#include "agent/fleet/roster.h"

#include <algorithm>
#include <array>

#include "agent/base/limits.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

// These words stand in roster.json, so they may not change.
constexpr std::array<std::string_view, 4> acquaintance_names = {"proved", "joined", "told", "pinned"};
static_assert(acquaintance_names.size() == platform::enum_count<Acquaintance>());

}  // namespace

const Peer* Roster::find(const Pin& pin) const {
  const auto found = std::ranges::find(peers_, pin, &Peer::pin);
  return found == peers_.end() ? nullptr : &*found;
}

Peer* Roster::find_mutable(const Pin& pin) {
  const auto found = std::ranges::find(peers_, pin, &Peer::pin);
  return found == peers_.end() ? nullptr : &*found;
}

std::vector<const Peer*> Roster::at(std::string_view address) const {
  std::vector<const Peer*> found;
  for (const Peer& peer : peers_) {
    if (peer.address == address) found.push_back(&peer);
  }
  return found;
}

bool Roster::is_removed(const Pin& pin) const {
  return std::ranges::find(removed_, pin, &Removed::pin) != removed_.end();
}

std::vector<const Peer*> Roster::members(std::string_view epoch) const {
  std::vector<const Peer*> found;
  for (const Peer& peer : peers_) {
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
  Peer* known = find_mutable(peer.pin);
  if (known == nullptr) return add(peer);
  // A person's word outlasts what hosts say: a pinned peer stays pinned, and so goes last when the roster is full.
  const Acquaintance acquaintance =
      known->acquaintance == Acquaintance::pinned ? Acquaintance::pinned : peer.acquaintance;
  // A proof to our listener has no result of a verify. It must not erase the last one that we asked for.
  const std::string result = peer.last_result.empty() ? known->last_result : peer.last_result;
  *known = peer;
  known->acquaintance = acquaintance;
  known->last_result = result;
}

std::vector<Peer> Roster::take_address(std::string_view address, const Pin& pin) {
  const auto replaced = [&](const Peer& other) { return other.address == address && other.pin != pin; };
  // The usual case: the address belongs to this pin already, and nothing is copied.
  if (std::ranges::none_of(peers_, replaced)) return {};
  std::vector<Peer> gone;
  std::ranges::copy_if(peers_, std::back_inserter(gone), replaced);
  std::erase_if(peers_, replaced);
  return gone;
}

void Roster::add(const Peer& peer) {
  // Anybody who has the key can prove it under any number of pins. When the roster is full the peer unseen for longest
  // goes, and pinned peers go last.
  if (peers_.size() >= limits::roster) {
    peers_.erase(std::ranges::min_element(peers_, {}, [](const Peer& known) {
      return std::pair(known.acquaintance == Acquaintance::pinned, known.seen);
    }));
  }
  peers_.push_back(peer);
}

void Roster::record_drift(const Pin& pin, platform::Time when) {
  Peer* known = find_mutable(pin);
  if (known == nullptr) return;
  known->seen = when;
  // Only the first failure counts, so that people see since when a peer has had another key.
  if (!known->drifted) known->drifted = when;
}

void Roster::record_result(const Pin& pin, std::string_view result, platform::Time when) {
  Peer* known = find_mutable(pin);
  if (known == nullptr) return;
  known->seen = when;
  known->last_result = result;
}

std::vector<Peer> Roster::remove(std::string_view which, platform::Time when) {
  // A person types whatever a status showed: pin, address or name. The pin alone is unique.
  const auto meant = [&](const Peer& peer) {
    return peer.pin.text() == which || peer.address == which || peer.name == which;
  };
  std::vector<Peer> gone;
  std::ranges::copy_if(peers_, std::back_inserter(gone), meant);
  std::erase_if(peers_, meant);
  // The address must go from the list as well, or the next verify would ask it again.
  std::erase(addresses_, which);
  for (const Peer& peer : gone) {
    // Bounded like everything that is kept on disk. The oldest removal goes first.
    if (removed_.size() >= limits::removed) removed_.erase(removed_.begin());
    removed_.push_back({peer.pin, peer.name, when});
  }
  // A pin may be removed before this host has met it, for example when a stolen disk is reported by another host.
  const auto pin = Pin::parse(which);
  if (gone.empty() && pin && !is_removed(*pin)) {
    removed_.push_back({*pin, "", when});
    gone.push_back(Peer{.pin = *pin});
  }
  return gone;
}

void Roster::add_address(const std::string& address) {
  // A second `peers add` of the same address must not make every verify ask it twice.
  if (addresses_.size() < limits::roster && std::ranges::find(addresses_, address) == addresses_.end())
    addresses_.push_back(address);
}

void Roster::forgive(const Pin& pin) {
  // The pin is only forgiven here. Its entry returns when a person adds it or when it proves the key.
  std::erase_if(removed_, [&](const Removed& removed) { return removed.pin == pin; });
}

std::string_view name_of(Acquaintance acquaintance) {
  return acquaintance_names.at(static_cast<std::size_t>(acquaintance));
}

std::optional<Acquaintance> acquaintance_named(std::string_view name) {
  const auto found = std::ranges::find(acquaintance_names, name);
  if (found == acquaintance_names.end()) return std::nullopt;
  return static_cast<Acquaintance>(found - acquaintance_names.begin());
}

}  // namespace agent
