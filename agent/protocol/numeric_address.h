// SPDX-License-Identifier: ISC
// Whether an address has numbers for its host, so that no name server is needed to listen on it.
#pragma once

#include "agent/protocol/address.h"

namespace agent {

bool is_numeric(const Address& address);

}  // namespace agent
