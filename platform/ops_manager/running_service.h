// SPDX-License-Identifier: ISC
// Whether Ops Manager is running here, and since when.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/clock.h"
#include "platform/base/path.h"

namespace platform {

struct RunningService {
  std::int32_t process = 0;
  Time started;
};

/// The oldest process of this account whose command line has -Dmms.keyfile=`key_file`. Anybody can write such a command
/// line, so only the service's own account is believed, which has the key anyway. Nothing when no such process can be
/// seen; an ordinary user may not see it if /proc is mounted with hidepid. It does not prove that the process has read
/// the file as it is now.
std::optional<RunningService> find_running_service(const Path& key_file, const Account& service);

/// Which part of Ops Manager a process is. The same command line starts its checks and migrations.
enum class ServicePart : std::uint8_t { web, daemon, other };
struct RunningPart {
  ServicePart part = ServicePart::other;
  Time started;
};

/// The part that a Java command line starts, by the name of its main class: "a\0b\0" as in /proc/PID/cmdline. Pure.
ServicePart part_in(std::string_view command_line);

/// All such processes, also those that name the same file by another path. Nothing when processes of other accounts are
/// hidden from this one, and on Windows.
std::optional<std::vector<RunningPart>> find_running_parts(const Path& key_file, const Account& service);

}  // namespace platform
