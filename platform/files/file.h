// Reading files that others may have prepared, and writing our own so that a power cut at any instruction
// leaves the old file or the new one.
#pragma once

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

/// What stat tells of a name, the link itself where it is one.
struct FileFacts {
  FileType type = FileType::regular;
  std::uint32_t mode = 0;  // the twelve permission bits
  UserId uid = 0;
  GroupId gid = 0;
  std::uint64_t links = 0;
  std::uint64_t size = 0;
  std::int64_t changed_ns = 0;  // last write, nanoseconds since 1970
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileFacts&) const = default;
  [[nodiscard]] bool same_file(const FileFacts& other) const {
    return device == other.device && inode == other.inode && size == other.size && changed_ns == other.changed_ns;
  }
};

/// As people write modes: "0640".
std::string octal(std::uint32_t mode);

/// Whether owner, group and mode let this account read it; access control lists are not asked.
bool lets_read(const FileFacts& facts, const Account& account);

/// not_found when there is no such name; never follows a link in its last part.
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

/// Reads at most `limit` bytes; a longer file is unsafe_file, and nothing is read of it. Never blocks on a
/// FIFO.
Result<PublicFile> read_file(const Path& path, std::size_t limit, Links links);
Result<SecretFile> read_secret_file(const Path& path, std::size_t limit);
inline constexpr int standard_input = 0;
/// All of standard input or of an open descriptor, at most `limit` bytes; longer is invalid_key.
Result<SecretBytes> read_secret_stream(int descriptor, std::size_t limit);
/// The same for what is public.
Result<Bytes> read_stream(int descriptor, std::size_t limit);

struct NewFile {
  enum class Existing : std::uint8_t {
    refuse,   // ErrorKind::exists when the name is taken, whoever took it
    replace,  // atomically
  };

  Path path;
  std::span<const std::byte> content;
  UserId uid = 0;
  GroupId gid = 0;
  std::uint32_t mode = 0600;
  Existing existing = Existing::refuse;
  /// With `replace`: the file that is to be replaced. Another one there by now is ErrorKind::exists.
  std::optional<FileFacts> replaces = std::nullopt;
};

/// The one seam to the disk, for tests: each operating system has its own calls (platform/files/posix/disk_calls.h).
class DiskCalls;

/// The name appears when the file is complete, with its final owner and mode; file and name are durable when it
/// returns. After any failure there is no stray copy. Against another program that makes the same name, one wins and
/// the other says so; two calls for one path at the same time are for the caller to exclude (keystore's lock), because
/// they share a temporary name.
Result<void> install_file(const NewFile& file);
Result<void> install_file(const NewFile& file, DiskCalls& calls);

/// The name that install_file may need for a moment; a kill just then leaves it, until `path` is installed again.
Path temporary_of(const Path& path);

/// Renames within one directory, replacing; durable when it returns.
Result<void> rename_file(const Path& from, const Path& to);
/// Gone, or was not there; durable when it returns.
Result<void> remove_file(const Path& path);
Result<void> sync_directory(const Path& path);

/// Sets owner and mode of a regular file with one name, through its descriptor; nothing when they are right.
Result<void> set_owner_and_mode(const Path& path, UserId uid, GroupId gid, std::uint32_t mode);

/// Creates one directory unless it exists, durably; an existing one keeps its owner and mode.
Result<void> make_directory(const Path& path, UserId uid, GroupId gid, std::uint32_t mode);

}  // namespace platform
