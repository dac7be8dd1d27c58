// What a host says of itself beside a proof: the fleet and generation it counts its key to, how sure it is, its name
// and address. Only a proof makes any of it count.
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
  std::string address;  // host:port

  [[nodiscard]] keystore::FleetClaim fleet_claim() const { return {fleet, generation, standing}; }
  bool operator==(const Claim&) const = default;
};

/// Letters, digits and the few marks that names and addresses need: nothing that could move a cursor or end a line.
bool is_plain_name(std::string_view name);
bool is_plain_address(std::string_view address);

}  // namespace agent
