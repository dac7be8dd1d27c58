// What a host says of itself.
#pragma once

#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

std::string host_name();
/// The fully qualified name if the resolver knows one, else host_name(). May ask the network.
std::string qualified_host_name();
/// /etc/machine-id; empty when there is none. It tells a copied or reinstalled machine, and is no secret.
std::string machine_id();
/// Numeric addresses of interfaces that are up, loopback and link-local ones left out.
std::vector<std::string> host_addresses();

/// 32 hexadecimal digits that are others after each boot, and on a copy of the disk.
Result<std::string> boot_id();
/// 32 bytes in hex that only processes on this very kernel with this very directory can say: tells "this host itself"
/// from a copy of its disk. Made of the boot id and the directory's device and inode.
Result<std::string> instance_id(const Path& directory);

}  // namespace platform
