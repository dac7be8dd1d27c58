// SPDX-License-Identifier: ISC
#include "agent/fleet/peer_list.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace agent {

PeerList::PeerList(std::vector<Peer> peers) : peers_(std::move(peers)), by_pin_(peers_.size()) {
  std::iota(by_pin_.begin(), by_pin_.end(), Position{0});
  // Stable: if a damaged file has a pin twice, the first counts.
  std::ranges::stable_sort(by_pin_, {}, [this](Position at) -> const Pin& { return peers_[at].pin; });
  for (Position at = 0; at < peers_.size(); ++at) {
    const auto places = places_of(peers_[at], at);
    by_address_.insert(by_address_.end(), places.begin(), places.end());
  }
  std::ranges::stable_sort(by_address_, {}, [this](const Place& place) { return text_of(place); });
}

const Peer* PeerList::find(const Pin& pin) const {
  const auto found =
      std::ranges::lower_bound(by_pin_, pin, {}, [this](Position at) -> const Pin& { return peers_[at].pin; });
  return found == by_pin_.end() || peers_[*found].pin != pin ? nullptr : &peers_[*found];
}

const Peer* PeerList::owner_of(std::string_view address) const {
  const auto text = [this](const Place& place) { return text_of(place); };
  const Peer* claimer = nullptr;
  for (const Place& place : std::ranges::equal_range(by_address_, address, {}, text)) {
    const Peer& peer = peers_[place.peer];
    if (!peer.addresses.empty()) return &peer;
    // A peer that only came to this host has said where it listens. Until somebody is met there, that is where it is.
    // The word of a peer that nobody named claims no address: it could claim those of others.
    if (claimer == nullptr && is_introduced(peer)) claimer = &peer;
  }
  return claimer;
}

void PeerList::add(const Peer& peer) {
  const auto position = static_cast<Position>(peers_.size());
  peers_.push_back(peer);
  const auto behind =
      std::ranges::upper_bound(by_pin_, peer.pin, {}, [this](Position at) -> const Pin& { return peers_[at].pin; });
  by_pin_.insert(behind, position);
  list_places(position);
}

void PeerList::change(const Pin& pin, const std::function<void(Peer&)>& change) {
  const Peer* known = find(pin);
  if (known == nullptr) return;
  const auto position = static_cast<Position>(known - peers_.data());
  Peer changed = *known;
  change(changed);
  const bool moves =
      changed.addresses != known->addresses || (changed.addresses.empty() && changed.claimed != known->claimed);
  if (moves) std::erase_if(by_address_, [position](const Place& place) { return place.peer == position; });
  peers_[position] = std::move(changed);
  if (moves) list_places(position);
}

void PeerList::erase(const Pin& pin) {
  // A damaged file may have a pin twice.
  while (const Peer* known = find(pin)) erase_at(static_cast<Position>(known - peers_.data()));
}

void PeerList::erase_at(Position gone) {
  std::erase(by_pin_, gone);
  std::erase_if(by_address_, [gone](const Place& place) { return place.peer == gone; });
  peers_.erase(peers_.begin() + gone);
  // Those behind it have moved up.
  for (Position& at : by_pin_) at -= at > gone ? 1U : 0U;
  for (Place& place : by_address_) place.peer -= place.peer > gone ? 1U : 0U;
}

std::string_view PeerList::text_of(const Place& place) const {
  const Peer& peer = peers_[place.peer];
  return peer.addresses.empty() ? peer.claimed : peer.addresses[place.nth];
}

std::vector<PeerList::Place> PeerList::places_of(const Peer& peer, Position position) {
  std::vector<Place> places;
  const std::size_t count = peer.addresses.empty() ? (peer.claimed.empty() ? 0 : 1) : peer.addresses.size();
  for (Position nth = 0; nth < count; ++nth) places.push_back({position, nth});
  return places;
}

void PeerList::list_places(Position position) {
  for (const Place& place : places_of(peers_[position], position)) {
    const auto key = [this](const Place& one) { return std::pair(text_of(one), one.peer); };
    by_address_.insert(std::ranges::upper_bound(by_address_, key(place), {}, key), place);
  }
}

}  // namespace agent
