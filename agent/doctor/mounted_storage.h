// SPDX-License-Identifier: ISC
// Which network file system holds a path of a host, by the fact `mounts` of that host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/doctor/evidence.h"

namespace agent {

/// "local", or the file system and the directory there, "nfs4 nas1:/om/heads", as in head_facts.h. Nothing when the
/// host does not say what is mounted.
std::optional<std::string> storage_of(const HostEvidence& host, std::string_view path);
inline constexpr std::string_view local_storage = "local";

/// Without slashes at its end: "/head/" and "/head" are one directory.
std::string without_end_slash(std::string_view path);

}  // namespace agent
