// SPDX-License-Identifier: ISC
#include "tests/agent/gate/decision_cases.h"

#include <optional>

#include "platform/base/enum_count.h"

namespace tests {

namespace {

using agent::Claim;
using agent::OwnEvidence;
using agent::PeerResult;
using agent::PeerVerdict;
using keystore::FleetId;
using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerVerdict>;

std::vector<std::optional<Claim>> all_claims() {
  return {std::nullopt,
          claim_of(fleet_of(1), own_generation - 1),
          claim_of(fleet_of(1), own_generation),
          claim_of(fleet_of(1), own_generation + 1),
          claim_of(fleet_of(1), latest_believed),
          claim_of(fleet_of(1), latest_believed + 1),
          claim_of(fleet_of(1), absurd_generation),
          claim_of(fleet_of(2), own_generation + 1),
          claim_of(FleetId(), own_generation + 1)};
}

void visit_multisets(const Peers& kinds, std::size_t size, const std::function<void(const Peers&)>& visit,
                     std::size_t from, Peers chosen) {
  if (chosen.size() == size) return visit(chosen);
  for (std::size_t at = from; at < kinds.size(); ++at) {
    chosen.push_back(kinds[at]);
    visit_multisets(kinds, size, visit, at, chosen);
    chosen.pop_back();
  }
}

}  // namespace

FleetId fleet_of(std::uint8_t number) {
  FleetId fleet;
  fleet.bytes.fill(std::byte{number});
  return fleet;
}

Claim claim_of(const FleetId& fleet, std::uint32_t generation) {
  return {.fleet = fleet, .generation = generation, .standing = Standing::chosen, .name = "", .address = ""};
}

agent::PeerVerdict peer_with(PeerResult result, Known known, Standing standing, const std::optional<Claim>& claim) {
  PeerVerdict peer{.address = "om2:27424", .result = result, .claim = claim, .standing = standing};
  if (known == Known::unmet) return peer;
  peer.pin = agent::Pin();
  peer.introduced_by = known == Known::itself ? agent::Introduction::itself : agent::Introduction::ticket;
  return peer;
}

std::vector<OwnEvidence> hosts_with(KeyState key, bool unsafe_file) {
  OwnEvidence none{.key = key, .unsafe = unsafe_file};
  std::vector<OwnEvidence> hosts = {none, none};
  hosts.back().unreadable_record = true;
  for (const bool settled : {false, true}) {
    OwnEvidence host{.key = key, .unsafe = unsafe_file, .has_record = true, .fleet = fleet_of(1)};
    host.generation = own_generation;
    host.settled = settled;
    hosts.push_back(host);
    if (key != KeyState::present) continue;
    host.is_recorded = true;
    for (const Standing standing : all_standings) {
      host.standing = standing;
      hosts.push_back(host);
    }
  }
  return hosts;
}

std::vector<OwnEvidence> all_hosts() {
  std::vector<OwnEvidence> hosts;
  for (const KeyState key :
       {KeyState::absent, KeyState::present, KeyState::invalid, KeyState::unsafe, KeyState::unreadable}) {
    for (const bool unsafe_file : {false, true}) {
      for (const OwnEvidence& host : hosts_with(key, unsafe_file)) hosts.push_back(host);
    }
  }
  return hosts;
}

Peers all_peers() {
  Peers peers;
  for (const PeerResult answered : platform::all_of<PeerResult>()) {
    const bool has_key = answered == PeerResult::agree || answered == PeerResult::disagree;
    for (const Known known : platform::all_of<Known>()) {
      for (const Standing standing : all_standings) {
        for (const auto& claim : has_key ? all_claims() : std::vector<std::optional<Claim>>(1))
          peers.push_back(peer_with(answered, known, standing, claim));
      }
    }
  }
  return peers;
}

Peers telling_peers() {
  Peers peers;
  for (const Known known : platform::all_of<Known>()) {
    for (const Standing standing : all_standings) {
      for (const auto& claim : {std::optional<Claim>(), std::optional(claim_of(fleet_of(1), own_generation + 1))})
        peers.push_back(peer_with(PeerResult::disagree, known, standing, claim));
    }
  }
  const auto claim = claim_of(fleet_of(1), own_generation);
  for (const Known known : {Known::itself, Known::introduced}) {
    peers.push_back(peer_with(PeerResult::agree, known, Standing::established, claim));
    peers.push_back(peer_with(PeerResult::agree, known, Standing::chosen, claim));
  }
  for (const PeerResult result : {PeerResult::no_key, PeerResult::unreachable, PeerResult::untrusted, PeerResult::clone,
                                  PeerResult::self, PeerResult::removed})
    peers.push_back(peer_with(result, Known::introduced, Standing::established));
  return peers;
}

void for_each_multiset(const Peers& kinds, std::size_t size, const std::function<void(const Peers&)>& visit) {
  visit_multisets(kinds, size, visit, 0, {});
}

}  // namespace tests
