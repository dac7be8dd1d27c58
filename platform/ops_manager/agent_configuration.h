// SPDX-License-Identifier: ISC
// The MongoDB Agent's configuration, automation-agent.config, which also holds the agent's secret API key. Only the
// line with its Ops Manager's URL comes out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

inline constexpr std::size_t agent_configuration_size = 256 * std::size_t{1024};

/// Below `root`, which is that of an InstallationRequest.
Path agent_configuration_file(const Path& root);

/// The value of mmsBaseUrl; the last of several. Nothing when no line sets it, or when the value could hold a secret: a
/// user part, or more than 1024 characters of printable ASCII. Pure.
std::optional<std::string> base_url_in(std::string_view text);

/// Empty without such a file; nothing as above. Links are not followed, because the agent's account can replace it.
Result<std::optional<std::string>> read_base_url(const Path& file);

}  // namespace platform
