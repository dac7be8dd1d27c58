// SPDX-License-Identifier: ISC
#include "platform/files/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/filesystem/operations.hpp>

#include "platform/base/posix/errno_error.h"
#include "platform/files/file_end.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/file_descriptor.h"
#include "platform/files/stream.h"

namespace platform {

namespace {

using posix::facts_from;
using posix::fail_errno;
using posix::FileDescriptor;
using posix::open_directory_safely;

struct OpenFile {
  FileDescriptor descriptor;
  FileFacts facts;
};

Path parent_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

Result<void> check_regular(const Path& path, const FileFacts& facts, Links links) {
  if (facts.type != FileType::regular) {
    return fail(ErrorKind::unsafe_file, path.string() + " is " + noun_of(facts.type) + ", not a regular file");
  }
  if (links == Links::refuse && facts.links > 1) {
    return fail(ErrorKind::unsafe_file,
                path.string() + " has " + std::to_string(facts.links) + " names (hard links); expected one");
  }
  return {};
}

// Merely opening a device can have an effect: it rewinds a tape or arms a watchdog. So look at the type first.
Result<void> refuse_what_opening_disturbs(int directory, const std::string& name, const Path& path, Links links) {
  struct stat status {};
  if (fstatat(directory, name.c_str(), &status, links == Links::refuse ? AT_SYMLINK_NOFOLLOW : 0) != 0) return {};
  const FileFacts facts = facts_from(status);
  return facts.type == FileType::regular ? Result<void>() : check_regular(path, facts, links);
}

// The name may have become another file since that look. O_NONBLOCK keeps a FIFO from blocking the open, and O_NOCTTY
// keeps a terminal from becoming ours.
Result<OpenFile> open_at(int directory, const std::string& name, const Path& path, Links links) {
  TRY(refuse_what_opening_disturbs(directory, name, path, links));
  const int no_follow = links == Links::refuse ? O_NOFOLLOW : 0;
  OpenFile file{
      FileDescriptor(openat(directory, name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | no_follow)), {}};
  if (!file.descriptor.valid() && errno == ELOOP) {
    return fail(ErrorKind::unsafe_file, path.string() + " is a symbolic link, not a regular file");
  }
  // A socket, or a device without a driver.
  if (!file.descriptor.valid() && errno == ENXIO) {
    return fail(ErrorKind::unsafe_file, path.string() + " is a special file, not a regular file");
  }
  if (!file.descriptor.valid()) return fail_errno("cannot open", path);
  struct stat status {};
  if (fstat(file.descriptor.get(), &status) != 0) return fail_errno("cannot examine", path);
  file.facts = facts_from(status);
  TRY(check_regular(path, file.facts, links));
  return file;
}

Result<OpenFile> open_for_reading(const Path& path, Links links) {
  if (links == Links::follow) return open_at(AT_FDCWD, path.string(), path, links);
  const FileDescriptor directory = TRY(open_directory_safely(parent_of(path), posix::Purpose::look));
  return open_at(directory.get(), path.filename().string(), path, links);
}

// Reads until the end or until `room` is full. Callers that need to detect a longer file pass one byte more.
Result<std::size_t> read_all(int descriptor, std::span<std::byte> room, const Path& path) {
  std::size_t size = 0;
  while (size < room.size()) {
    const ssize_t got = read(descriptor, room.data() + size, room.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("cannot read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  return size;
}

// What make_directory() leaves when it fails or is killed: empty, the caller's, 0700. A finished one may look the same,
// and finishing it again changes nothing.
constexpr mode_t unfinished_mode = 0700;
Result<bool> is_unfinished(int directory, const Path& path) {
  struct stat status {};
  if (fstat(directory, &status) != 0) return fail_errno("cannot examine", path);
  const FileFacts facts = facts_from(status);
  if (facts.uid != geteuid() || facts.mode != unfinished_mode) return false;
  boost::system::error_code error;
  const bool empty = boost::filesystem::is_empty("/proc/self/fd/" + std::to_string(directory), error);
  return !error && empty;
}

tl::unexpected<Error> too_long(const Path& path, std::uint64_t size, std::size_t limit) {
  return fail(ErrorKind::unsafe_file, path.string() + " has " + std::to_string(size) + " bytes; at most " +
                                          std::to_string(limit) + " were expected");
}

}  // namespace

Result<FileFacts> facts_of(const Path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return fail_errno("cannot find", path);
  return facts_from(status);
}

Result<PublicFile> read_file(const Path& path, std::size_t limit, Links links) {
  const OpenFile file = TRY(open_for_reading(path, links));
  if (file.facts.size > limit) return too_long(path, file.facts.size, limit);
  // Files of /proc and /sys report size 0 but have content.
  Bytes content(file.facts.size == 0 ? limit : file.facts.size);
  content.resize(TRY(read_all(file.descriptor.get(), content, path)));
  return PublicFile{std::move(content), file.facts};
}

Result<SecretFile> read_secret_file(const Path& path, std::size_t limit) {
  const OpenFile file = TRY(open_for_reading(path, Links::refuse));
  if (file.facts.size > limit) return too_long(path, file.facts.size, limit);
  SecretBytes content(file.facts.size);
  const std::size_t size = TRY(read_all(file.descriptor.get(), content.reveal_for_writing(), path));
  // Another program is writing the file. Half a key must not be taken for a key.
  if (size != content.size()) return fail(ErrorKind::io, path.string() + " shrank while it was read");
  return SecretFile{std::move(content), file.facts};
}

Result<Bytes> read_end_of_file(const Path& path, std::size_t most) {
  const OpenFile file = TRY(open_for_reading(path, Links::refuse));
  const std::uint64_t skipped = file.facts.size > most ? file.facts.size - most : 0;
  if (lseek(file.descriptor.get(), static_cast<off_t>(skipped), SEEK_SET) < 0) return fail_errno("cannot read", path);
  Bytes content(static_cast<std::size_t>(file.facts.size - skipped));
  content.resize(TRY(read_all(file.descriptor.get(), content, path)));
  return content;
}

Result<std::size_t> read_to_end(int descriptor, std::span<std::byte> room, const std::string& origin) {
  return read_all(descriptor, room, origin);
}

Result<void> rename_file(const Path& from, const Path& to) {
  const FileDescriptor directory = TRY(open_directory_safely(parent_of(from)));
  const std::string old_name = from.filename().string();
  const std::string new_name = to.filename().string();
  // Both names are looked up in one descriptor, so no link on the way can lead one of them elsewhere.
  if (renameat(directory.get(), old_name.c_str(), directory.get(), new_name.c_str()) != 0)
    return fail_errno("cannot rename", from);
  if (fsync(directory.get()) != 0) return fail_errno("cannot sync", parent_of(to));
  return {};
}

Result<void> remove_file(const Path& path) {
  const FileDescriptor directory = TRY(open_directory_safely(parent_of(path)));
  // An absent name may be one that an earlier call removed and could not sync.
  if (unlinkat(directory.get(), path.filename().c_str(), 0) != 0 && errno != ENOENT)
    return fail_errno("cannot remove", path);
  if (fsync(directory.get()) != 0) return fail_errno("cannot sync", parent_of(path));
  return {};
}

Result<void> sync_directory(const Path& path) {
  const FileDescriptor directory = TRY(open_directory_safely(path));
  if (fsync(directory.get()) != 0) return fail_errno("cannot sync", path);
  return {};
}

Result<void> set_owner_and_mode(const Path& path, UserId uid, GroupId gid, std::uint32_t mode) {
  const OpenFile file = TRY(open_for_reading(path, Links::refuse));
  const bool owner_right = file.facts.uid == uid && file.facts.gid == gid;
  if (!owner_right && fchown(file.descriptor.get(), uid, gid) != 0) return fail_errno("cannot set the owner of", path);
  // fchown(2) can clear mode bits, so the mode is set again after a change of owner.
  const bool mode_right = owner_right && file.facts.mode == mode;
  if (!mode_right && fchmod(file.descriptor.get(), mode) != 0) return fail_errno("cannot set the mode of", path);
  return {};
}

Result<void> make_directory(const Path& path, UserId uid, GroupId gid, std::uint32_t mode) {
  const FileDescriptor parent = TRY(open_directory_safely(parent_of(path)));
  const std::string name = path.filename().string();
  // Mode 0700 until the owner is set, so that no other account can enter meanwhile.
  const bool exists = mkdirat(parent.get(), name.c_str(), unfinished_mode) != 0;
  if (exists && errno != EEXIST) return fail_errno("cannot create the directory", path);
  // O_NOFOLLOW: in a directory that others can write, the name may have become a link already.
  const FileDescriptor made(openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  // A link that leads to a directory is what somebody wants, and a file is found where it is used.
  if (exists && (!made.valid() || !TRY(is_unfinished(made.get(), path)))) return {};
  if (!made.valid()) return fail_errno("cannot open", path);
  // The name first. If this fails, or power is lost before owner and mode are on the disk, the directory keeps the
  // marks by which the next call knows that it is unfinished.
  if (fsync(parent.get()) != 0) return fail_errno("cannot sync", parent_of(path));
  struct stat status {};
  if (fstat(made.get(), &status) != 0) return fail_errno("cannot look at", path);
  // A unit may forbid chown(2) even to the account that the directory belongs to already.
  const bool owner_right = status.st_uid == uid && status.st_gid == gid;
  if (!owner_right && fchown(made.get(), uid, gid) != 0) return fail_errno("cannot set the owner of", path);
  if (fchmod(made.get(), mode) != 0) return fail_errno("cannot set the mode of", path);
  return {};
}

}  // namespace platform
