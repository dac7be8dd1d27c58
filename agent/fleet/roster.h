// SPDX-License-Identifier: ISC
// The peers that a host knows. A peer is one host, known by its pin, with any number of addresses. Pure;
// agent/fleet/roster_file.h keeps it on disk. It does not decide who may be evidence; agent/gate/decision.h does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/fleet/peer_answer.h"
#include "agent/protocol/claim.h"
#include "agent/protocol/pin.h"
#include "platform/base/clock.h"

namespace agent {

/// Who named a peer to this host, from the weakest to the strongest word. A peer keeps the strongest.
enum class Introduction : std::uint8_t {
  itself,      // it proved the key, and nobody here named it
  ca,          // its certificate has a name that the configuration allows
  configured,  // it proved the key at an address that a person named
  ticket,      // it redeemed a ticket, made the ticket, or the inviter's hand-over named it
  pinned,      // a person named its pin: `peers add --pin`
};
std::string_view name_of(Introduction introduction);
std::optional<Introduction> introduction_named(std::string_view name);

/// What came of this host's last question about a peer, good or bad.
struct LastResult {
  PeerResult result = PeerResult::unreachable;
  platform::Time when;
  keystore::Standing standing = keystore::Standing::provisional;  // where the result shows one
  std::optional<Claim> claim = std::nullopt;                      // of a peer that disagrees, if it sent one
  bool operator==(const LastResult&) const = default;
};

struct Peer {
  Pin pin;
  std::string name;
  // Where this host reached it with a proof, or where a person or a ticket said that it is. An address belongs to at
  // most one peer.
  std::vector<std::string> addresses = {};
  std::string claimed = {};  // where it says that it is; asked only while it has no address
  Introduction introduced_by = Introduction::itself;
  platform::Time seen;                        // last answer or request
  std::string epoch = {};                     // our record's epoch in which it last proved or received the key
  std::optional<Claim> claim = std::nullopt;  // what it said with its last proof
  std::optional<platform::Time> drifted = std::nullopt;  // since when it cannot prove our key any more
  std::optional<LastResult> last = std::nullopt;

  /// Where to reach it, for people; may be empty.
  [[nodiscard]] const std::string& address() const { return addresses.empty() ? claimed : addresses.front(); }
  bool operator==(const Peer&) const = default;
};

/// Whether somebody here named it, so that it may be evidence against this host.
inline bool is_introduced(const Peer& peer) { return peer.introduced_by != Introduction::itself; }
/// Whether a person, a ticket or a CA vouches for the pin itself, so that it may see proofs of a weak key.
bool is_vouched_for(const Peer& peer);

/// An address that a person named, at which nobody has ever proved the key.
struct UnmetAddress {
  std::string address;
  LastResult last;
  bool operator==(const UnmetAddress&) const = default;
};

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
  [[nodiscard]] const std::vector<Peer>& peers() const { return peers_; }
  [[nodiscard]] const std::vector<Removed>& removed() const { return removed_; }
  /// Addresses that a person added without a pin. They count like configured ones.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
  [[nodiscard]] const std::vector<UnmetAddress>& unmet() const { return unmet_; }
  [[nodiscard]] std::uint64_t unknown_failures() const { return unknown_failures_; }
  [[nodiscard]] std::optional<platform::Time> last_verify() const { return last_verify_; }

  [[nodiscard]] const Peer* find(const Pin& pin) const;
  /// The peer to which an address belongs; else the introduced peer without an address that claims to be there; else
  /// null.
  [[nodiscard]] const Peer* owner_of(std::string_view address) const;
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
  void set_peers(std::vector<Peer> peers) { peers_ = std::move(peers); }
  void set_removed(std::vector<Removed> removed) { removed_ = std::move(removed); }
  void set_addresses(std::vector<std::string> addresses) { addresses_ = std::move(addresses); }
  void set_unmet(std::vector<UnmetAddress> unmet) { unmet_ = std::move(unmet); }
  void set_unknown_failures(std::uint64_t count) { unknown_failures_ = count; }

  bool operator==(const Roster&) const = default;

 private:
  Peer* find_mutable(const Pin& pin);
  void add(const Peer& peer);
  void add_removal(Removed removal);

  std::vector<Peer> peers_;
  std::vector<Removed> removed_;
  std::vector<std::string> addresses_;
  std::vector<UnmetAddress> unmet_;
  std::uint64_t unknown_failures_ = 0;
  std::optional<platform::Time> last_verify_;
};

}  // namespace agent
