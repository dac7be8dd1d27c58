// SPDX-License-Identifier: ISC
// The text of a new host's configuration file: the example with all its comments, and the lines that were asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/protocol/address.h"

namespace agent {

struct NewConfiguration {
  std::optional<std::string> name;  // a plain name
  std::optional<Address> address;
  std::vector<Address> peers;
};

std::string text_of(const NewConfiguration& wanted);

}  // namespace agent
