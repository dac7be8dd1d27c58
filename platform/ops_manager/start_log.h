// SPDX-License-Identifier: ISC
// What Ops Manager's start script wrote about the key: logs/mms0-startup.log of the web server, logs/daemon-startup.log
// of the backup daemon. Whether lines carry a time is not known, so their order alone counts.
//
// No line of a log comes out of here: it may hold anything, also text of a stranger.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/ops_manager/installation.h"

namespace platform {

inline constexpr std::size_t start_log_read = std::size_t{1024} * 1024;  // from its end

enum class LogTrouble : std::uint8_t {
  none,
  over,   // a good start followed
  after,  // it is younger than the last good start
};

struct StartTroubles {
  LogTrouble second_key = LogTrouble::none;  // the script made a new key
  LogTrouble mismatch = LogTrouble::none;    // the key is not that of the application database
  LogTrouble refused = LogTrouble::none;     // the checks before the start failed, for whatever reason

  bool operator==(const StartTroubles&) const = default;
};

/// Pure.
StartTroubles scan_start_log(std::string_view text);

struct StartLogs {
  std::optional<StartTroubles> web;  // nothing where there is no such log
  std::optional<StartTroubles> daemon;
};

/// Links are not followed, because the service's account can replace its logs. Fails when a log is there and cannot be
/// read. Nothing for a layout without such logs.
Result<StartLogs> read_start_logs(const Installation& installation);

}  // namespace platform
