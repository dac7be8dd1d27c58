// SPDX-License-Identifier: ISC
// Rules about several settings of the configuration, and settings that have no effect without another one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/mistake.h"
#include "agent/config/settings.h"

namespace agent {

/// Where the file has the key, "ORIGIN:12"; only ORIGIN if the file does not have it.
std::string place_of(std::string_view key, const Settings& settings, std::string_view origin);

/// What every command refuses.
std::vector<Mistake> conflicts_in(const Settings& settings, std::string_view origin);

/// What some commands refuse, or what has no effect at all. Other commands work with it, so it does not stop them.
std::vector<std::string> ineffective_settings(const Settings& settings, std::string_view origin);

/// Whether copies can be encrypted: there are recipients or certificates.
bool has_recipients(const Config& config);

}  // namespace agent
