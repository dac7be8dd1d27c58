// SPDX-License-Identifier: ISC
// Whether the hosts see the address of a client behind the balancer.
#pragma once

#include <cstdint>
#include <string>

#include "agent/doctor/evidence.h"

namespace agent {

enum class ClientAddress : std::uint8_t {
  arrives,  // this host's access log shows this host's own address for requests through the balancer
  missing,  // it shows others only, although its lines follow the header
  unsure,
};

struct ClientAddressVerdict {
  ClientAddress verdict = ClientAddress::unsure;
  bool header_works = false;  // a direct request with the header changed the address in the log
  std::string text = {};      // what was seen; for an unsure one, what is missing
};

ClientAddressVerdict client_address(const Evidence& evidence, const BalancerEvidence& balancer);

/// The URL led to this host itself: the balancer runs here, or a name server or /etc/hosts gives this host's address.
bool leads_here(const Evidence& evidence, const BalancerEvidence& balancer);

}  // namespace agent
