// SPDX-License-Identifier: ISC
// The configuration file, in TOML. Every key is optional. An unknown key is an error, because a mistyped key may be the
// one that restricts something. A refused value is named by its key and place and never repeated: it may be a secret.
//
// Only the form of the text is checked. Whether files exist and names resolve is found out where they are used.
#pragma once

#include <string_view>

#include "agent/config/settings.h"
#include "platform/base/result.h"

namespace agent {

/// Never fails. When the text is not TOML, only the policy is read, from the lines of [gate] by themselves.
Settings read_settings(std::string_view saved, std::string_view origin);

/// For commands that want a whole configuration: fails with the first mistake, of kind configuration.
platform::Result<Config> parse_config(std::string_view saved, std::string_view origin);

}  // namespace agent
