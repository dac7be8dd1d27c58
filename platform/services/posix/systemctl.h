// SPDX-License-Identifier: ISC
// Runs systemctl, which is systemd's own way to ask and to command it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.h"
#include "platform/services/service_state.h"

namespace platform::posix {

/// Its standard output and standard error. program_absent when there is no systemctl; io when it failed, with its last
/// line, or took longer than `time`.
Result<std::string> systemctl(const std::vector<std::string>& words, std::chrono::milliseconds time);

/// From "LoadState=loaded\nActiveState=activating\n", in any order.
ServiceState state_in(std::string_view properties);

/// From "LoadState=loaded\nExecStartPre={ path=/bin/a ; argv[]=/bin/a b ; ignore_errors=no ; ...}\n", in any order, a
/// line for each command. Nothing when the unit is not loaded.
std::optional<ServiceStart> start_in(std::string_view properties);

/// From "LoadState=loaded\nUnitFileState=enabled\nActiveState=active\n", in any order. Nothing when the unit is not
/// loaded.
std::optional<ServiceSetting> setting_in(std::string_view properties);

}  // namespace platform::posix
