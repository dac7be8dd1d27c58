// SPDX-License-Identifier: ISC
// Reads files that others may have prepared, and writes our own so that a power cut at any instruction leaves the old
// file or the new one.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "platform/accounts/account.h"
#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

enum class FileType : std::uint8_t { regular, directory, symlink, fifo, socket, device };
/// "a regular file".
const char* noun_of(FileType type);

/// What stat(2) reports about a name. A link is described itself, not what it leads to.
struct FileFacts {
  FileType type = FileType::regular;
  std::uint32_t mode = 0;  // the twelve permission bits
  UserId uid = 0;
  GroupId gid = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;
  std::int64_t changed_ns = 0;  // time of the last write, in nanoseconds since 1970; whoever writes can set it
  // Time of the last change of content, owner, mode or names. Only the system sets it.
  std::int64_t inode_changed_ns = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileFacts&) const = default;
  /// The same file, and nobody has touched it in between. `cp -p`, rsync and tar set the time of the last write, so
  /// that time alone does not show what they wrote.
  [[nodiscard]] bool same_file(const FileFacts& other) const {
    return device == other.device && inode == other.inode && size == other.size && changed_ns == other.changed_ns &&
           inode_changed_ns == other.inode_changed_ns;
  }
  /// The same file, and nobody has written to it. A new owner, mode or second name also sets the time of the last
  /// change, and is no new content.
  [[nodiscard]] bool same_content(const FileFacts& other) const {
    const bool explained = mode != other.mode || uid != other.uid || gid != other.gid || links != other.links;
    FileFacts now = *this;
    if (explained) now.inode_changed_ns = other.inode_changed_ns;
    return now.same_file(other);
  }
  /// When the file was last touched, in nanoseconds since 1970.
  [[nodiscard]] std::int64_t touched_ns() const { return std::max(changed_ns, inode_changed_ns); }
};

/// The mode as people write it: "0640".
std::string octal(std::uint32_t mode);

/// Whether owner, group and mode let this account read the file. Does not ask access control lists, and knows only the
/// account's own group.
bool lets_read(const FileFacts& facts, const Account& account);

/// not_found when there is no such name. Never follows a link in the last part, but follows links on the way.
Result<FileFacts> facts_of(const Path& path);

enum class Links : std::uint8_t {
  follow,  // configuration, which people do link
  refuse,  // keys and state: a regular file with one name, or unsafe_file
};

struct PublicFile {
  Bytes content;
  FileFacts facts;
};
struct SecretFile {
  SecretBytes content;
  FileFacts facts;
};

/// Reads at most `limit` bytes. A longer file is unsafe_file, and nothing is read of it. Never blocks on a FIFO.
Result<PublicFile> read_file(const Path& path, std::size_t limit, Links links);
Result<SecretFile> read_secret_file(const Path& path, std::size_t limit);
inline constexpr int standard_input = 0;
/// Reads standard input or an open descriptor to its end. More than `limit` bytes is invalid_key.
Result<SecretBytes> read_secret_stream(int descriptor, std::size_t limit);
/// The same for public bytes.
Result<Bytes> read_stream(int descriptor, std::size_t limit);

struct NewFile {
  enum class Existing : std::uint8_t {
    refuse,   // ErrorKind::exists when the name is taken
    replace,  // atomically
  };

  Path path;
  std::span<const std::byte> content;
  UserId uid = 0;
  GroupId gid = 0;
  std::uint32_t mode = 0600;
  Existing existing = Existing::refuse;
  /// With `replace`: the file that the caller has seen. If another file has the name by now, that is ErrorKind::exists.
  std::optional<FileFacts> replaces = std::nullopt;
};

/// The one seam to the disk, for tests: each operating system has its own calls (platform/files/posix/disk_calls.h).
class DiskCalls;

/// The name appears when the file is complete, with its final owner and mode. File and name are durable when this
/// returns. After any failure there is no stray copy. If another program creates the same name, one of them wins and
/// the other reports it. The caller must exclude two calls for one path at the same time (keystore's lock), because
/// they share a temporary name.
Result<void> install_file(const NewFile& file);
Result<void> install_file(const NewFile& file, DiskCalls& calls);

/// The temporary name that install_file() uses. A kill can leave it behind, until `path` is installed again: half a
/// file, or a second name of the whole one.
Path temporary_of(const Path& path);
/// Whether this is a name that temporary_of() makes.
bool is_temporary(const Path& path);

/// Renames within one directory and replaces the target. Durable when this returns.
Result<void> rename_file(const Path& from, const Path& to);
/// Removes the name. An absent file is not an error. Durable when this returns, also if an earlier call removed the
/// name and could not sync.
Result<void> remove_file(const Path& path);
/// Makes the names in the directory durable. On Windows it only checks the path, because renames are written through
/// there.
Result<void> sync_directory(const Path& path);

/// Sets owner and mode of a regular file with one name, through its descriptor. Changes nothing, not even the change
/// time, when they are right already.
Result<void> set_owner_and_mode(const Path& path, UserId uid, GroupId gid, std::uint32_t mode);

/// Creates one directory, durably. A directory that exists already keeps its owner and mode, unless it is one that an
/// earlier call left unfinished.
Result<void> make_directory(const Path& path, UserId uid, GroupId gid, std::uint32_t mode);

}  // namespace platform
