// Whether Ops Manager is running here, and since when.
#pragma once

#include <cstdint>
#include <optional>

#include "platform/clock.h"
#include "platform/path.h"

namespace platform {

struct RunningService {
  std::int32_t process = 0;
  Time started;
};

/// The oldest process whose command line has -Dmms.keyfile=`key_file`. Nothing when none can be seen; an ordinary user
/// may not see it where /proc is mounted with hidepid.
std::optional<RunningService> find_running_service(const Path& key_file);

}  // namespace platform
