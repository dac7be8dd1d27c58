// SPDX-License-Identifier: ISC
#include "platform/processes/program_path.h"

#include <boost/filesystem/operations.hpp>

namespace platform {

Result<Path> program_path() {
  boost::system::error_code error;
  const Path path = boost::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(ErrorKind::io, "cannot find out where this program is: " + error.message());
  // The kernel appends " (deleted)" to the path of a file that is gone, as after an upgrade.
  if (!boost::filesystem::exists(path, error))
    return fail(ErrorKind::io, "this program is not at " + path.string() + " any more");
  return path;
}

}  // namespace platform
