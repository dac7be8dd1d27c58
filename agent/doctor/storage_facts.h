// SPDX-License-Identifier: ISC
// Facts of this host's storage: network mounts, the head directories of the backup daemon, and the devices of local
// databases.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"
#include "agent/doctor/fact_list.h"
#include "platform/files/network_mounts.h"
#include "platform/ops_manager/local_databases.h"

namespace agent {

/// May wait for a file server.
void add_storage_facts(const Host& host, FactList& facts);

/// "nfs4 nas1:/om", with " absent" behind it where the file system is not mounted. Pure.
std::string text_of(const platform::NetworkMount& mount);

/// The type of the file system and the directory on its server: "nfs4 nas1:/om/heads" for /mnt/heads, where nas1:/om is
/// mounted on /mnt. Pure.
std::string storage_on(const platform::NetworkMount& mount, const platform::Path& resolved);

/// The value of `mongod`. Nothing while one cannot be examined, unless another one has its journal apart. Pure.
std::optional<std::string> mongod_fact(const std::vector<platform::LocalDatabase>& databases);

}  // namespace agent
