// SPDX-License-Identifier: ISC
// What the gate may meet: every kind of host, and every kind of peer, alone and in company.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "agent/gate/decision.h"

namespace tests {

inline constexpr std::array all_standings = {keystore::Standing::provisional, keystore::Standing::chosen,
                                             keystore::Standing::established};
inline constexpr std::uint32_t own_generation = 3;
inline constexpr std::uint32_t absurd_generation = 0xffffffff;  // more than a fleet can ever have had

keystore::FleetId fleet_of(std::uint8_t number);
keystore::FleetClaim claim_of(const keystore::FleetId& fleet, std::uint32_t generation);

/// Every host with such a key file: without a record, and with one. A host that does not hold the recorded key is
/// provisional, whatever the record says.
std::vector<agent::OwnEvidence> hosts_with(keystore::KeyState key, bool unsafe_file);
std::vector<agent::OwnEvidence> all_hosts();

/// One of each kind that the evidence can tell apart.
std::vector<agent::PeerEvidence> all_peers();
/// Fewer: one of each kind that some rule treats differently.
std::vector<agent::PeerEvidence> telling_peers();

/// Each choice of `size` of the kinds, with repetition, in no order.
void for_each_multiset(const std::vector<agent::PeerEvidence>& kinds, std::size_t size,
                       const std::function<void(const std::vector<agent::PeerEvidence>&)>& visit);

}  // namespace tests
