// SPDX-License-Identifier: ISC
#include "platform/ops_manager/local_databases.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>

#include "platform/processes/posix/process_table.h"

namespace platform {

namespace {

constexpr std::string_view lock_name = "mongod.lock";

bool is_there(const Path& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0;
}

// The links of /proc/PID/fd are read and not followed. Nothing when they cannot be read.
std::optional<std::vector<Path>> data_directories(const Path& process) {
  std::vector<Path> directories;
  boost::system::error_code error;
  for (boost::filesystem::directory_iterator at(process / "fd", error), end; !error && at != end; at.increment(error)) {
    boost::system::error_code failed;
    const Path target = boost::filesystem::read_symlink(at->path(), failed);
    // A file may be closed in between. Who may list the files need not be allowed to read what they are.
    if (failed && failed != boost::system::errc::no_such_file_or_directory) return std::nullopt;
    // The kernel writes "mongod.lock (deleted)" for a file without a name.
    if (!failed && target.is_absolute() && target.filename() == lock_name) directories.push_back(target.parent_path());
  }
  return error ? std::nullopt : std::optional(directories);
}

bool is_same_file(const struct stat& left, const struct stat& right) {
  return left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

// The process may have a root directory of its own, as in a container. A link there means what it means to the process,
// and the kernel would follow it from the root of this one.
bool leads_elsewhere(const Path& root, const Path& link) {
  struct stat status {};
  struct stat theirs {};
  struct stat ours {};
  if (lstat(link.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return false;
  return stat(root.c_str(), &theirs) != 0 || stat("/", &ours) != 0 || !is_same_file(theirs, ours);
}

JournalDevice journal_of(const Path& root, const Path& directory) {
  const Path data = root / directory;
  const Path journal = data / "journal";
  struct stat data_status {};
  struct stat journal_status {};
  if (stat(data.c_str(), &data_status) != 0 || leads_elsewhere(root, journal)) return JournalDevice::unknown;
  if (stat(journal.c_str(), &journal_status) != 0)
    return errno == ENOENT ? JournalDevice::none : JournalDevice::unknown;
  return journal_status.st_dev == data_status.st_dev ? JournalDevice::same : JournalDevice::different;
}

// False when the process is a mongod that cannot be looked into.
bool add_databases(const Path& process, std::vector<LocalDatabase>& databases) {
  if (posix::content_of(process / "comm", 64) != "mongod\n") return true;
  const auto directories = data_directories(process);
  // One that ended in between is none any more.
  if (!directories) return !is_there(process);
  for (const Path& directory : *directories)
    databases.push_back({directory, journal_of(process / "root", directory.relative_path())});
  return true;
}

}  // namespace

std::optional<std::vector<LocalDatabase>> find_local_databases() {
  std::vector<LocalDatabase> databases;
  bool all = posix::sees_all_processes();
  const bool whole = posix::each_process(
      [&](std::int32_t /*number*/, const Path& process) { all = add_databases(process, databases) && all; });
  if (!whole || !all) return std::nullopt;
  std::ranges::sort(databases, {}, [](const LocalDatabase& one) { return one.directory.string(); });
  const auto again = std::ranges::unique(databases, {}, &LocalDatabase::directory);
  databases.erase(again.begin(), again.end());
  return databases;
}

}  // namespace platform
