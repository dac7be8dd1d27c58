// SPDX-License-Identifier: ISC
// Whether names have addresses, without connecting to anybody.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "agent/protocol/address.h"

namespace agent {

/// One text for each address: a sentence that says why its name has no address, or nothing. All are looked up at once
/// and within `time`. To be called where no secret is in memory, because name servers are strangers.
std::vector<std::string> problems_of_names(const std::vector<Address>& addresses, std::chrono::milliseconds time);

}  // namespace agent
