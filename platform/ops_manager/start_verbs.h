// SPDX-License-Identifier: ISC
// The verbs of Ops Manager's start script that start something. Its other verbs, for example stop and status, need no
// key.
#pragma once

#include <array>
#include <string_view>

namespace platform {

inline constexpr std::array<std::string_view, 5> start_verbs = {"start", "restart", "start_mms", "start_backup_daemon",
                                                                "run"};

}  // namespace platform
