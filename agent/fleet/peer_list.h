// SPDX-License-Identifier: ISC
// Peers in the order in which they came, found by pin and by address without a look at each of them: a round with
// thousands of peers asks for each several times. Who may be in it, and how many, is decided in agent/fleet/roster.h.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "agent/fleet/peer.h"

namespace agent {

class PeerList {
 public:
  PeerList() = default;
  explicit PeerList(std::vector<Peer> peers);

  [[nodiscard]] const std::vector<Peer>& all() const { return peers_; }
  [[nodiscard]] const Peer* find(const Pin& pin) const;
  /// The peer that has this address; else the introduced peer without an address that claims to be there; else null.
  [[nodiscard]] const Peer* owner_of(std::string_view address) const;

  /// Behind all others. No peer of the list may have its pin.
  void add(const Peer& peer);
  /// Nothing happens if no peer has this pin, which the change must keep.
  void change(const Pin& pin, const std::function<void(Peer&)>& change);
  void erase(const Pin& pin);

  bool operator==(const PeerList& other) const { return peers_ == other.peers_; }

 private:
  using Position = std::uint32_t;  // in peers_
  // One address of a peer, or the address that a peer without any claims to have.
  struct Place {
    Position peer = 0;
    Position nth = 0;
  };
  [[nodiscard]] std::string_view text_of(const Place& place) const;
  [[nodiscard]] static std::vector<Place> places_of(const Peer& peer, Position position);
  void list_places(Position position);
  void erase_at(Position gone);

  std::vector<Peer> peers_;
  // Both hold positions only, so that a copy of the list has a sound index.
  std::vector<Position> by_pin_;   // in the order of the pins
  std::vector<Place> by_address_;  // in the order of the addresses, then of the peers
};

}  // namespace agent
