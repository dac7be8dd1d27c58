// SPDX-License-Identifier: ISC
// The processes of this host, by /proc (proc(5)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "platform/base/path.h"

namespace platform::posix {

/// Calls `use` for every process that can be seen, with its number and its directory under /proc. False when the table
/// could not be read to its end.
bool each_process(const std::function<void(std::int32_t process, const Path& directory)>& use);

/// Whether the processes of other accounts can be seen, too: with hidepid= in the options of /proc they cannot.
bool sees_all_processes();

/// At most `limit` bytes of a file under /proc. Empty when it cannot be read: a process may end at any time.
std::string content_of(const Path& path, std::size_t limit);

}  // namespace platform::posix
