// SPDX-License-Identifier: ISC
#include "agent/backup_program/tar.h"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <stdexcept>

#include "agent/base/limits.h"
#include "keystore/backup/copy.h"

namespace agent::backup_program {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

constexpr std::size_t longest_name = 100;  // ustar's
constexpr std::size_t block = 512;
constexpr std::size_t largest_tar = (limits::archived_files + 1) * (limits::archived_file + 2 * block);
// A full archive must still fit into a backup after encryption, and a backup into a reply and a message.
static_assert(largest_tar + 64 * std::size_t{1024} <= keystore::largest_backup);
static_assert(keystore::largest_backup <= limits::store_reply && limits::store_reply < limits::backup_message);

struct Closing {
  void operator()(archive* handle) const { archive_free(handle); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Archive = std::unique_ptr<archive, Closing>;
using Entry = std::unique_ptr<archive_entry, Closing>;

// For calls that fail only through a fault of ours or for lack of memory.
void require(int outcome) {
  if (outcome != ARCHIVE_OK) throw std::runtime_error("libarchive does not do what it is asked");
}

tl::unexpected<platform::Error> damaged(const std::string& what) {
  return fail(ErrorKind::damaged_archive, "the archive of the host's files " + what);
}

Result<void> check(const std::vector<NamedContent>& files) {
  // Held to the rules of unpack(): an archive that cannot be unpacked would be noticed only at a restore.
  std::vector<std::string> names;
  for (const NamedContent& file : files) {
    if (!is_archived_name(file.name))
      return fail(ErrorKind::usage, "\"" + file.name + "\" is not a name that an archive may have");
    if (file.content.size() > limits::archived_file) return fail(ErrorKind::usage, file.name + " is too large");
    if (std::ranges::find(names, file.name) != names.end()) return fail(ErrorKind::usage, file.name + " comes twice");
    names.push_back(file.name);
  }
  if (files.size() > limits::archived_files) return fail(ErrorKind::usage, "too many files for an archive");
  return {};
}

// For each file a header and its content, rounded up to blocks; at the end two blocks of zeros.
std::size_t size_of_tar(const std::vector<NamedContent>& files) {
  std::size_t blocks = 2;
  for (const NamedContent& file : files) blocks += 1 + (file.content.size() + block - 1) / block;
  return blocks * block;
}

void write(const Archive& archive, const NamedContent& file) {
  constexpr int owner_only = 0600;
  const Entry entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), file.name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), owner_only);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  // Without a time, equal files give equal bytes.
  archive_entry_set_mtime(entry.get(), 0, 0);
  require(archive_write_header(archive.get(), entry.get()));
  const auto written = archive_write_data(archive.get(), file.content.reveal().data(), file.content.size());
  if (written != static_cast<la_ssize_t>(file.content.size())) throw std::runtime_error("libarchive writes too little");
}

// The archive may come from somebody else. So only a regular file within the limit is accepted, with an expected name
// that has not come before. Gives its size.
Result<std::size_t> check_entry(archive_entry* entry, const std::vector<std::string>& expected,
                                const std::vector<NamedContent>& before) {
  const char* path = archive_entry_pathname(entry);
  const std::string name = path == nullptr ? "" : path;
  // The name comes from the archive and could steer a terminal.
  const std::string shown = is_archived_name(name) ? name : "a name that it may not have";
  if (std::ranges::find(expected, name) == expected.end())
    return damaged("has " + shown + " in it, which was not expected");
  const bool plain = archive_entry_filetype(entry) == AE_IFREG && archive_entry_sparse_count(entry) == 0 &&
                     archive_entry_hardlink(entry) == nullptr && archive_entry_symlink(entry) == nullptr;
  if (!plain) return damaged("has " + shown + " as something else than a regular file");
  if (std::ranges::find(before, name, &NamedContent::name) != before.end()) return damaged("has " + shown + " twice");
  const la_int64_t size = archive_entry_size(entry);
  const bool sized = archive_entry_size_is_set(entry) != 0 && size >= 0;
  if (!sized || static_cast<std::uint64_t>(size) > limits::archived_file) return damaged("has too much of " + shown);
  return static_cast<std::size_t>(size);
}

Result<NamedContent> read_entry(const Archive& archive, archive_entry* entry, std::size_t size) {
  NamedContent file{archive_entry_pathname(entry), SecretBytes(size)};
  auto room = file.content.reveal_for_writing();
  while (!room.empty()) {
    const la_ssize_t got = archive_read_data(archive.get(), room.data(), room.size());
    // An early end is damage too: a short file must not pass for the whole.
    if (got <= 0) return damaged("is cut or damaged in " + file.name);
    room = room.subspan(static_cast<std::size_t>(got));
  }
  return file;
}

}  // namespace

bool is_archived_name(std::string_view name) {
  const bool plain = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
                     std::string_view::npos;
  // The names "." and ".." are directories.
  return plain && name.size() <= longest_name && name.find_first_not_of('.') != std::string_view::npos;
}

Result<SecretBytes> pack(const std::vector<NamedContent>& files) {
  TRY(check(files));
  // The size is known beforehand, so the secret contents go straight into locked memory and never through a growing
  // buffer.
  SecretBytes tar(size_of_tar(files));
  std::size_t used = 0;
  const Archive archive(archive_write_new());
  if (!archive) throw std::bad_alloc();
  require(archive_write_set_format_ustar(archive.get()));
  // Without this libarchive fills up to 10 KiB, and size_of_tar() would not be exact.
  require(archive_write_set_bytes_in_last_block(archive.get(), 1));
  require(archive_write_open_memory(archive.get(), tar.reveal_for_writing().data(), tar.size(), &used));
  for (const NamedContent& file : files) write(archive, file);
  require(archive_write_close(archive.get()));
  if (used != tar.size()) throw std::runtime_error("libarchive writes another size");
  return tar;
}

Result<std::vector<NamedContent>> unpack(BytesView tar, const std::vector<std::string>& expected) {
  const Archive archive(archive_read_new());
  if (!archive) throw std::bad_alloc();
  // No filter is turned on, so a compressed archive cannot expand in memory.
  require(archive_read_support_format_tar(archive.get()));
  if (archive_read_open_memory(archive.get(), tar.data(), tar.size()) != ARCHIVE_OK)
    return damaged("is not a tar file");
  std::vector<NamedContent> files;
  archive_entry* entry = nullptr;
  while (true) {
    const int outcome = archive_read_next_header(archive.get(), &entry);
    if (outcome == ARCHIVE_EOF) return files;
    // A warning is refused as well: we never write a tar that libarchive warns of.
    if (outcome != ARCHIVE_OK) return damaged("is damaged, or not a tar file");
    // Other kinds of tar can change names and sizes in extra headers, and pack() never writes them.
    if (archive_format(archive.get()) != ARCHIVE_FORMAT_TAR_USTAR) return damaged("is of another kind of tar");
    const std::size_t size = TRY(check_entry(entry, expected, files));
    files.push_back(TRY(read_entry(archive, entry, size)));
  }
}

}  // namespace agent::backup_program
