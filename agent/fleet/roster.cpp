#include "agent/fleet/roster.h"

#include <algorithm>
#include <array>

#include "agent/base/limits.h"
#include "platform/base/enum_count.h"

namespace agent {

namespace {

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
    if (!peer.epoch.empty() && peer.epoch == epoch) found.push_back(&peer);
  }
  std::ranges::stable_sort(found, std::ranges::greater(), [](const Peer* peer) { return peer->seen; });
  return found;
}

void Roster::remember(const Peer& peer) {
  if (is_removed(peer.pin)) return;
  Peer* known = find_mutable(peer.pin);
  if (known == nullptr) return add(peer);
  const Acquaintance acquaintance =
      known->acquaintance == Acquaintance::pinned ? Acquaintance::pinned : peer.acquaintance;
  const std::string result = peer.last_result.empty() ? known->last_result : peer.last_result;
  *known = peer;
  known->acquaintance = acquaintance;
  known->last_result = result;
}

std::vector<Peer> Roster::take_address(std::string_view address, const Pin& pin) {
  const auto replaced = [&](const Peer& other) { return other.address == address && other.pin != pin; };
  if (std::ranges::none_of(peers_, replaced)) return {};
  std::vector<Peer> gone;
  std::ranges::copy_if(peers_, std::back_inserter(gone), replaced);
  std::erase_if(peers_, replaced);
  return gone;
}

void Roster::add(const Peer& peer) {
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
  if (!known->drifted) known->drifted = when;
}

void Roster::record_result(const Pin& pin, std::string_view result, platform::Time when) {
  Peer* known = find_mutable(pin);
  if (known == nullptr) return;
  known->seen = when;
  known->last_result = result;
}

std::vector<Peer> Roster::remove(std::string_view which, platform::Time when) {
  const auto meant = [&](const Peer& peer) {
    return peer.pin.text() == which || peer.address == which || peer.name == which;
  };
  std::vector<Peer> gone;
  std::ranges::copy_if(peers_, std::back_inserter(gone), meant);
  std::erase_if(peers_, meant);
  std::erase(addresses_, which);
  for (const Peer& peer : gone) {
    if (removed_.size() >= limits::removed) removed_.erase(removed_.begin());
    removed_.push_back({peer.pin, peer.name, when});
  }
  // A pin may be removed before it was ever met.
  const auto pin = Pin::parse(which);
  if (gone.empty() && pin && !is_removed(*pin)) {
    removed_.push_back({*pin, "", when});
    gone.push_back(Peer{.pin = *pin});
  }
  return gone;
}

void Roster::add_address(const std::string& address) {
  if (addresses_.size() < limits::roster && std::ranges::find(addresses_, address) == addresses_.end())
    addresses_.push_back(address);
}

void Roster::forgive(const Pin& pin) {
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
