// SPDX-License-Identifier: ISC
// A mistake in the configuration, and what it takes from the gate.
#pragma once

#include <cstdint>
#include <string_view>

#include "platform/base/result.h"

namespace agent {

/// What a mistake takes from the gate, which goes on in spite of it.
enum class Bearing : std::uint8_t {
  none,    // the gate does not need this key
  policy,  // the policy; without it the gate goes by "default"
  peers,   // whom to ask, or as whom; without it the gate goes by the record alone
  place,   // where the files are, or nobody knows what was meant; the key file's path is that of the record, too
};

struct Mistake {
  platform::Error error;  // "ORIGIN:LINE: what is wrong"
  Bearing bearing = Bearing::place;
};

/// For a mistake in the value or the name of this key, "gate.policy".
Bearing bearing_of(std::string_view key);

}  // namespace agent
