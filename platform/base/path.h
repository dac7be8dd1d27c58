#pragma once

#include <optional>
#include <string>

#include <boost/filesystem/path.hpp>

namespace platform {

using Path = boost::filesystem::path;

/// By its letters alone, without a look at the disk: ".." only at the start of a relative path, no ".", no separator at
/// the end but that of a root. "." for what leads nowhere.
Path normal(const Path& path);

/// Why no file or directory here can have this name, in a sentence that names it and what is expected instead. On
/// Windows devices, alternate streams and what depends on the current drive (platform/base/windows/path_rules.h);
/// elsewhere nothing is judged so.
std::optional<std::string> problem_of_path(const Path& path);
/// The same of a directory for our own files: no root of a file system either, and on a drive that is there.
std::optional<std::string> problem_of_own_directory(const Path& path);

}  // namespace platform
