#pragma once

#include <boost/filesystem/path.hpp>

namespace platform {

using Path = boost::filesystem::path;

/// By its letters alone, without a look at the disk: no "." and no "..", no separator at the end but that of a root.
Path normal(const Path& path);

/// Whether a file or directory can have this name here. Of a POSIX system everything is one; on Windows no device, no
/// alternate stream, nothing that depends on the current drive: platform/windows/path_rules.h.
bool is_plain(const Path& path);

}  // namespace platform
