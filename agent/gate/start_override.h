// SPDX-License-Identifier: ISC
// `gate --allow-next-start`: root's note that lets Ops Manager start once, whatever the gate decides.
//
// File override.json in the state directory, schema "genkey-agent/override/1".
#pragma once

#include <optional>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct Override {
  std::string reason;
  platform::Time made;
};

platform::Result<void> save(const Override& override, const platform::Path& state_directory);
/// Removes the override and returns it; it counts once. Nothing when there is none, when this account may not read it,
/// or when it is damaged. An error when it cannot be removed; then it must not be used.
platform::Result<std::optional<Override>> take_override(const platform::Path& state_directory);

}  // namespace agent
