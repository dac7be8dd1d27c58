// SPDX-License-Identifier: ISC
// scripts/examples/genkey-agent.toml, which the build makes a part of the program.
#pragma once

#include <string_view>

namespace agent {

std::string_view example_configuration();

}  // namespace agent
