// SPDX-License-Identifier: ISC
// The peers that a host knows, by pin. Pure; agent/fleet/state_files.h keeps it on disk. It does not decide who may be
// evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/claim.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "platform/base/clock.h"

namespace agent {

/// How a pin came to be known.
enum class Acquaintance : std::uint8_t {
  proved,  // it proved the key
  joined,  // it redeemed a ticket, or was the inviter
  told,    // a member said so when it handed over the key
  pinned,  // a person said so: `peers add --pin`
};

struct Peer {
  Pin pin;
  std::string name;
  std::string address;  // host:port, as it says or as we reached it
  Acquaintance acquaintance = Acquaintance::proved;
  platform::Time seen;                    // last answer or request
  std::string epoch;                      // our record's epoch in which it last proved or received the key; else empty
  std::optional<Claim> claim;             // what it said with its last proof
  std::optional<platform::Time> drifted;  // since when it cannot prove our key any more
  std::string last_result;                // of our last verify; a name of PeerResult

  bool operator==(const Peer&) const = default;
};

struct Removed {
  Pin pin;
  std::string name;
  platform::Time when;
  bool operator==(const Removed&) const = default;
};

class Roster {
 public:
  [[nodiscard]] const std::vector<Peer>& peers() const { return peers_; }
  [[nodiscard]] const std::vector<Removed>& removed() const { return removed_; }
  /// Addresses that a person added without a pin: asked by verify.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }
  [[nodiscard]] std::uint64_t unknown_failures() const { return unknown_failures_; }
  [[nodiscard]] std::optional<platform::Time> last_verify() const { return last_verify_; }

  [[nodiscard]] const Peer* find(const Pin& pin) const;
  [[nodiscard]] std::vector<const Peer*> at(std::string_view address) const;
  [[nodiscard]] bool is_removed(const Pin& pin) const;
  /// Members that hold the key as of `epoch`, those seen last first.
  [[nodiscard]] std::vector<const Peer*> members(std::string_view epoch) const;

  /// Adds or updates. When the roster is full, the peer that has not been seen for longest goes. Nothing for a removed
  /// pin.
  void remember(const Peer& peer);
  /// The host that we reached at `address` proved the key as `pin`. Removes other pins at this address and returns
  /// them. Only for an address that this host asked itself: an address that a peer merely claims moves nothing.
  std::vector<Peer> take_address(std::string_view address, const Pin& pin);
  void record_drift(const Pin& pin, platform::Time when);
  void count_unknown_failure() { ++unknown_failures_; }
  void record_result(const Pin& pin, std::string_view result, platform::Time when);
  void record_verify(platform::Time when) { last_verify_ = when; }
  void add_address(const std::string& address);
  /// By name, address or pin. The pins stay removed until forgive(). Returns the removed peers; a name may be that of
  /// several.
  std::vector<Peer> remove(std::string_view which, platform::Time when);
  /// A person takes a removal back by adding the pin again.
  void forgive(const Pin& pin);

  // For loading. The limits are checked by the reader.
  void set_peers(std::vector<Peer> peers) { peers_ = std::move(peers); }
  void set_removed(std::vector<Removed> removed) { removed_ = std::move(removed); }
  void set_addresses(std::vector<std::string> addresses) { addresses_ = std::move(addresses); }
  void set_unknown_failures(std::uint64_t count) { unknown_failures_ = count; }

  bool operator==(const Roster&) const = default;

 private:
  Peer* find_mutable(const Pin& pin);
  void add(const Peer& peer);

  std::vector<Peer> peers_;
  std::vector<Removed> removed_;
  std::vector<std::string> addresses_;
  std::uint64_t unknown_failures_ = 0;
  std::optional<platform::Time> last_verify_;
};

std::string_view name_of(Acquaintance acquaintance);
std::optional<Acquaintance> acquaintance_named(std::string_view name);

}  // namespace agent
