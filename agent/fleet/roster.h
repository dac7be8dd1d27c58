// SPDX-License-Identifier: ISC
// The peers that a host knows. A peer is one host, known by its pin, with any number of addresses. Pure;
// agent/fleet/roster_file.h keeps it on disk. It does not decide who may be evidence; agent/gate/decision.h does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/fleet/peer.h"
#include "agent/fleet/peer_list.h"

namespace agent {

/// Addresses that a person named, at which nobody has ever proved the key.
using UnmetAddresses = std::map<std::string, LastResult, std::less<>>;

/// A removal covers the pin and the addresses that it had.
struct Removed {
  std::optional<Pin> pin;
  std::vector<std::string> addresses;
  std::string name;
  platform::Time when;
  bool operator==(const Removed&) const = default;
};

class Roster {
 public:
  [[nodiscard]] const std::vector<Peer>& peers() const { return peers_.all(); }
  [[nodiscard]] const std::vector<Removed>& removed() const { return removed_; }
  /// Addresses that a person added without a pin. They count like configured ones.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
  [[nodiscard]] const UnmetAddresses& unmet() const { return unmet_; }
  [[nodiscard]] std::uint64_t unknown_failures() const { return unknown_failures_; }
  [[nodiscard]] std::optional<platform::Time> last_verify() const { return last_verify_; }

  [[nodiscard]] const Peer* find(const Pin& pin) const { return peers_.find(pin); }
  /// The peer to which an address belongs; else the introduced peer without an address that claims to be there; else
  /// null.
  [[nodiscard]] const Peer* owner_of(std::string_view address) const { return peers_.owner_of(address); }
  [[nodiscard]] const Removed* removal_of(const Pin& pin) const;
  [[nodiscard]] const Removed* removal_of(std::string_view address) const;
  [[nodiscard]] bool is_removed(const Pin& pin) const { return removal_of(pin) != nullptr; }
  /// Peers that hold the key as of `epoch`, those seen last first.
  [[nodiscard]] std::vector<const Peer*> members(std::string_view epoch) const;

  /// Adds or updates; the addresses of `peer` are added to those that it has. When the roster is full, a peer that
  /// introduced itself and has not been seen for longest goes, then another that has not been seen for longest. Nothing
  /// for a removed pin.
  void remember(const Peer& peer);
  /// Makes `pin` the owner of the address. The former owner loses it, and leaves the roster with its last address.
  /// Gives the former owner.
  std::optional<Peer> move_address(std::string_view address, const Pin& pin);
  /// A peer that was made anew under another pin. It may come back by a proof.
  void retire(const Pin& pin);
  void record_drift(const Pin& pin, platform::Time when);
  void count_unknown_failures(std::uint64_t count) { unknown_failures_ += count; }
  /// `answered`: it answered in some way, so it was seen.
  void record_result(const Pin& pin, const LastResult& last, bool answered);
  void record_result(const std::string& unmet_address, const LastResult& last);
  /// Forgets results of addresses that are not in `asked` any more.
  void keep_unmet(const std::vector<std::string>& asked);
  void record_verify(platform::Time when) { last_verify_ = when; }
  void add_address(const std::string& address);

  /// The peers that a person may mean by a pin, an address or a name. Names are not unique.
  [[nodiscard]] std::vector<const Peer*> named(std::string_view which) const;
  void remove(const Pin& pin, platform::Time when);
  void remove_address(const std::string& address, platform::Time when);
  /// A person takes a removal back, by the pin or by the address.
  void forgive(const Pin& pin);
  void forgive(std::string_view address);

  // For loading. The limits are checked by the reader.
  void set_peers(std::vector<Peer> peers) { peers_ = PeerList(std::move(peers)); }
  void set_removed(std::vector<Removed> removed) { removed_ = std::move(removed); }
  void set_addresses(std::vector<std::string> addresses) { addresses_ = std::move(addresses); }
  void set_unmet(UnmetAddresses unmet) { unmet_ = std::move(unmet); }
  void set_unknown_failures(std::uint64_t count) { unknown_failures_ = count; }

  bool operator==(const Roster&) const = default;

 private:
  void add(const Peer& peer);
  void add_removal(Removed removal);

  PeerList peers_;
  std::vector<Removed> removed_;
  std::vector<std::string> addresses_;
  UnmetAddresses unmet_;
  std::uint64_t unknown_failures_ = 0;
  std::optional<platform::Time> last_verify_;
};

}  // namespace agent
