// SPDX-License-Identifier: ISC
// What a host knows about itself: names, addresses, and what tells it from a copy of its disk. None of it is secret,
// and none of it proves anything to another host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

std::string host_name();
/// The fully qualified name if the resolver knows one, else host_name(). May ask the network.
std::string qualified_host_name();
/// /etc/machine-id (machine-id(5)), on Windows MachineGuid. Empty when there is none. Not a secret. Changes when the
/// machine is reinstalled, but a copy of the disk has the same.
std::string machine_id();
/// Whether the text tells one machine from others. "uninitialized", as an image has it before its first boot, does not:
/// every machine that is made from the image begins with it.
bool is_machine_id(std::string_view text);
/// Numeric addresses of the interfaces that are up, without loopback and link-local addresses. Empty when the system
/// cannot be asked.
std::vector<std::string> host_addresses();

/// 32 hexadecimal digits that differ after each boot and on a copy of the disk. io when the system has none.
Result<std::string> boot_id();
/// 32 bytes in hex that tell this host from a copy of its disk. Only processes on this kernel and with this directory
/// compute the same. Made of the boot id and of the directory's device and inode.
Result<std::string> instance_id(const Path& directory);

}  // namespace platform
