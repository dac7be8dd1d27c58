// SPDX-License-Identifier: ISC
// Paths as values, and which of them this operating system accepts.
#pragma once

#include <optional>
#include <string>

#include <boost/filesystem/path.hpp>

namespace platform {

using Path = boost::filesystem::path;

/// Cleans the text alone and does not look at the disk, so that links and mounts do not change the answer. The result
/// has ".." only at the start of a relative path, no ".", and no separator at the end except a root's. "." for a path
/// that leads nowhere.
Path normal(const Path& path);

/// Why no file or directory here can have this name: a sentence that names the path and what is expected instead.
/// Windows refuses devices, alternate streams and paths that depend on the current drive
/// (platform/base/windows/path_rules.h). Other systems accept every name.
std::optional<std::string> problem_of_path(const Path& path);
/// The same for a directory of our own files, which must also be below a root and on a drive that exists.
std::optional<std::string> problem_of_own_directory(const Path& path);

}  // namespace platform
