// What a host knows about itself: names, addresses, and what tells it from a copy of its disk. None of it is secret,
// and none of it proves anything to another host.
#pragma once

#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

std::string host_name();
/// The fully qualified name if the resolver knows one, else host_name(). May ask the network.
std::string qualified_host_name();
/// /etc/machine-id, empty when there is none. It changes when a machine is reinstalled. It is not a secret.
std::string machine_id();
/// Numeric addresses of interfaces that are up, loopback and link-local ones left out.
std::vector<std::string> host_addresses();

/// 32 hexadecimal digits that differ after each boot and on a copy of the disk. io when the system has none.
Result<std::string> boot_id();
/// 32 bytes in hex that only processes on this kernel and with this directory compute. They tell this host from a copy
/// of its disk. Made of the boot id and of the directory's device and inode.
Result<std::string> instance_id(const Path& directory);

}  // namespace platform
