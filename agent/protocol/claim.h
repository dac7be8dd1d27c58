// SPDX-License-Identifier: ISC
// What a host says about itself: the fleet and generation of its key, how sure it is of the key, its name and address.
//
// A claim that comes with a proof is signed by the proof, and says that a holder of the key made it. That does not make
// the claim true: a member of the fleet can lie about each field. A claim without a proof says nothing.
#pragma once

#include <string>
#include <string_view>

#include "keystore/host_key/record.h"
#include "platform/base/bytes.h"

namespace agent {

struct Claim {
  keystore::FleetId fleet;
  std::uint32_t generation = 1;
  keystore::Standing standing = keystore::Standing::provisional;
  std::string name;
  std::string address;  // host:port, where others reach it; not the address that its connection comes from

  [[nodiscard]] keystore::FleetClaim fleet_claim() const { return {fleet, generation, standing}; }
  bool operator==(const Claim&) const = default;
};

/// Letters, digits and the few marks that names and addresses need, so nothing that moves a cursor or ends a line. An
/// empty text is plain: this host may know a peer without its name or address. wire::is_valid() is stricter.
bool is_plain_name(std::string_view name);
bool is_plain_address(std::string_view address);

}  // namespace agent
