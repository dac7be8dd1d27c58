// `gate --allow-next-start`: a note of root's that lets Ops Manager start once, whatever the gate would say.
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
/// Takes it away: it counts once. Nothing when there is none.
platform::Result<std::optional<Override>> take_override(const platform::Path& state_directory);

}  // namespace agent
