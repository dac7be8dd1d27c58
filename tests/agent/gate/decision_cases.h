// SPDX-License-Identifier: ISC
// What the gate may meet: every kind of host, and every kind of peer, alone and in company.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "agent/gate/decision.h"

namespace tests {

inline constexpr std::array all_standings = {keystore::Standing::provisional, keystore::Standing::chosen,
                                             keystore::Standing::established};
inline constexpr std::uint32_t own_generation = 3;
inline constexpr std::uint32_t absurd_generation = 0xffffffff;  // more than a fleet can ever have had
inline constexpr std::uint32_t latest_believed = own_generation + 16;

keystore::FleetId fleet_of(std::uint8_t number);
agent::Claim claim_of(const keystore::FleetId& fleet, std::uint32_t generation);

/// How this host knows a peer.
enum class Known : std::uint8_t {
  unmet,       // nobody has ever proved the key at that address, which a person named
  itself,      // it introduced itself
  introduced,  // a person, a ticket or a CA named it
};
agent::PeerVerdict peer_with(agent::PeerResult result, Known known, keystore::Standing standing,
                             const std::optional<agent::Claim>& claim = std::nullopt);

/// Every host with such a key file: without a record, and with one. A host that does not hold the recorded key is
/// provisional, whatever the record says.
std::vector<agent::OwnEvidence> hosts_with(keystore::KeyState key, bool unsafe_file);
std::vector<agent::OwnEvidence> all_hosts();

/// One of each kind that the evidence can tell apart.
std::vector<agent::PeerVerdict> all_peers();
/// Fewer: one of each kind that some rule treats differently.
std::vector<agent::PeerVerdict> telling_peers();

/// Each choice of `size` of the kinds, with repetition, in no order.
void for_each_multiset(const std::vector<agent::PeerVerdict>& kinds, std::size_t size,
                       const std::function<void(const std::vector<agent::PeerVerdict>&)>& visit);

}  // namespace tests
