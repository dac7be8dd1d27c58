// SPDX-License-Identifier: ISC
#include "platform/files/posix/directory.h"

#include <array>
#include <deque>
#include <fcntl.h>
#include <span>
#include <string>
#include <sys/xattr.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <climits>

#include "platform/base/posix/errno_error.h"

namespace platform::posix {

namespace {

// Links can lead in a circle, and no real path needs this many.
constexpr int max_links = 8;

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  if (S_ISFIFO(mode)) return FileType::fifo;
  if (S_ISSOCK(mode)) return FileType::socket;
  return FileType::device;
}

std::int64_t nanoseconds_of(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

// Whether somebody besides root and the caller could have put a link here. Under the sticky bit others can create
// names, but follow() also checks the owner of the link.
bool others_can_plant(const FileFacts& directory) {
  const bool others_write = (directory.mode & 0022) != 0 && (directory.mode & 01000) == 0;
  const bool others_own = directory.uid != 0 && directory.uid != geteuid();
  return others_write || others_own;
}

void put_parts(std::deque<std::string>& parts, const Path& path) {
  std::deque<std::string> front;
  for (const Path& part : path.relative_path()) {
    if (!part.empty() && part != ".") front.push_back(part.string());
  }
  parts.insert(parts.begin(), front.begin(), front.end());
}

class Walk {
 public:
  Walk(const Path& asked, Purpose purpose, std::vector<PathStep>* steps)
      : asked_(asked), purpose_(purpose), steps_(steps) {
    put_parts(parts_, asked);
  }

  Result<FileDescriptor> run() {
    TRY(start_at_root());
    while (!parts_.empty()) {
      const std::string part = std::move(parts_.front());
      parts_.pop_front();
      TRY(enter(part));
    }
    return std::move(here_);
  }

 private:
  Result<void> start_at_root() {
    here_ = FileDescriptor(open("/", access_for_next() | O_DIRECTORY | O_CLOEXEC));
    if (!here_.valid()) return fail_errno("cannot open", "/");
    path_ = "/";
    return note_here();
  }

  Result<void> enter(const std::string& part) {
    struct stat status {};
    if (fstatat(here_.get(), part.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return fail_errno("cannot find", path_ / part);
    // Only looked at: if the part becomes a link after this, O_NOFOLLOW makes the open fail.
    if (S_ISLNK(status.st_mode)) return follow(part, status);
    FileDescriptor next(openat(here_.get(), part.c_str(), access_for_next() | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.valid()) return fail_errno("cannot open", path_ / part);
    path_ /= part;
    here_ = std::move(next);
    return note_here();
  }

  // O_PATH needs only search permission, and the directories on the way may give no more. The last directory may have
  // to be synced, which takes a readable descriptor.
  [[nodiscard]] int access_for_next() const {
    return parts_.empty() && purpose_ == Purpose::change ? O_RDONLY : O_PATH;
  }

  Result<void> follow(const std::string& part, const struct stat& status) {
    const Path link = path_ / part;
    if (steps_ != nullptr) steps_->push_back({link, facts_from(status)});
    if (++links_ > max_links) return fail(ErrorKind::unsafe_path, "too many links on the way to " + asked_.string());
    // A link of a stranger, or in a directory where strangers can replace it, could lead root to any file.
    if ((status.st_uid != 0 && status.st_uid != geteuid()) || others_can_plant(facts_)) {
      return fail(ErrorKind::unsafe_path,
                  link.string() + " is a link that somebody else could have made, on the way to " + asked_.string());
    }
    std::array<char, PATH_MAX> target{};
    const ssize_t length = readlinkat(here_.get(), part.c_str(), target.data(), target.size() - 1);
    if (length < 0) return fail_errno("cannot read the link", link);
    const Path goal(std::string(target.data(), static_cast<std::size_t>(length)));
    // The target is walked part by part as well, because it may contain further links.
    put_parts(parts_, goal);
    return goal.is_absolute() ? start_at_root() : Result<void>();
  }

  Result<void> note_here() {
    struct stat status {};
    if (fstat(here_.get(), &status) != 0) return fail_errno("cannot examine", path_);
    facts_ = facts_from(status);
    if (steps_ != nullptr) steps_->push_back({path_, facts_, access_list_of(here_.get())});
    return {};
  }

  const Path asked_;
  const Purpose purpose_;
  std::vector<PathStep>* steps_;
  std::deque<std::string> parts_;
  FileDescriptor here_;
  Path path_;
  FileFacts facts_;
  int links_ = 0;
};

}  // namespace

Result<FileDescriptor> open_directory_safely(const Path& path, Purpose purpose, std::vector<PathStep>* steps) {
  // A relative path comes from the caller's command line, so it starts at the caller's directory.
  return Walk(path.is_absolute() ? path : boost::filesystem::current_path() / path, purpose, steps).run();
}

AccessList access_list_of(int descriptor) {
  // fgetxattr(2) refuses descriptors of O_PATH. This name leads to the same file and works with them.
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
  std::array<std::byte, 4096> attribute{};
  const ssize_t size = getxattr(self.c_str(), "system.posix_acl_access", attribute.data(), attribute.size());
  if (size <= 0) return {};
  return decode_access_list(std::span(attribute).first(static_cast<std::size_t>(size))).value_or(AccessList());
}

FileFacts facts_from(const struct stat& status) {
  return {.type = type_of(status.st_mode),
          .mode = status.st_mode & 07777U,
          .uid = status.st_uid,
          .gid = status.st_gid,
          .links = status.st_nlink,
          .size = static_cast<std::uint64_t>(status.st_size),
          .changed_ns = nanoseconds_of(status.st_mtim),
          .inode_changed_ns = nanoseconds_of(status.st_ctim),
          .device = status.st_dev,
          .inode = status.st_ino};
}

}  // namespace platform::posix
