// SPDX-License-Identifier: ISC
#include "platform/files/file.h"

#include <io.h>
#include <utility>

#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/system_error.h"
#include "platform/files/file_end.h"
#include "platform/files/stream.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace {

using windows::Access;
using windows::fail_code;
using windows::HeldPath;
using windows::Node;
using windows::SecurityDescriptor;

// Reads until the end or until `room` is full. Callers that need to detect a longer file pass one byte more.
Result<std::size_t> read_all(HANDLE handle, std::span<std::byte> room, const std::string& origin) {
  std::size_t size = 0;
  while (size < room.size()) {
    DWORD got = 0;
    const auto wanted = static_cast<DWORD>(std::min<std::size_t>(room.size() - size, 1U << 20U));
    const bool done = ReadFile(handle, room.data() + size, wanted, &got, nullptr) != 0;
    // The end of a pipe is reported as an error.
    if (!done && GetLastError() == ERROR_BROKEN_PIPE) break;
    if (!done) return fail_code("cannot read " + origin);
    if (got == 0) break;
    size += got;
  }
  return size;
}

tl::unexpected<Error> too_long(const Path& path, std::uint64_t size, std::size_t limit) {
  return fail(ErrorKind::unsafe_file, path.string() + " has " + std::to_string(size) + " bytes; at most " +
                                          std::to_string(limit) + " were expected");
}

HANDLE handle_of(int descriptor) {
  if (descriptor == standard_input) return GetStdHandle(STD_INPUT_HANDLE);
  return reinterpret_cast<HANDLE>(_get_osfhandle(descriptor));
}

SecurityDescriptor wanted_descriptor(UserId uid, GroupId gid, std::uint32_t mode, Node node) {
  return windows::descriptor_for({.user = windows::sid_of(uid),
                                  .group = windows::sid_of(gid),
                                  .mode = mode,
                                  .node = node,
                                  .holder = windows::holder_of_new_files()});
}

}  // namespace

Result<FileFacts> facts_of(const Path& path) {
  const auto handle = windows::open_name(path, Access::look);
  if (!handle) return tl::unexpected(handle.error());
  return windows::facts_from(handle->get(), path);
}

Result<PublicFile> read_file(const Path& path, std::size_t limit, Links links) {
  const windows::OpenFile file = TRY(windows::open_file(path, Access::read, links));
  if (file.facts.size > limit) return too_long(path, file.facts.size, limit);
  Bytes content(file.facts.size);
  content.resize(TRY(read_all(file.handle.get(), content, path.string())));
  return PublicFile{std::move(content), file.facts};
}

Result<SecretFile> read_secret_file(const Path& path, std::size_t limit) {
  const windows::OpenFile file = TRY(windows::open_file(path, Access::read, Links::refuse));
  if (file.facts.size > limit) return too_long(path, file.facts.size, limit);
  SecretBytes content(file.facts.size);
  const std::size_t size = TRY(read_all(file.handle.get(), content.reveal_for_writing(), path.string()));
  // Another program is writing the file. Half a key must not be taken for a key.
  if (size != content.size()) return fail(ErrorKind::io, path.string() + " shrank while it was read");
  return SecretFile{std::move(content), file.facts};
}

Result<Bytes> read_end_of_file(const Path& path, std::size_t most) {
  const windows::OpenFile file = TRY(windows::open_file(path, Access::read, Links::refuse));
  const std::uint64_t skipped = file.facts.size > most ? file.facts.size - most : 0;
  LARGE_INTEGER start{};
  start.QuadPart = static_cast<LONGLONG>(skipped);
  if (SetFilePointerEx(file.handle.get(), start, nullptr, FILE_BEGIN) == 0) return fail_code("cannot read", path);
  Bytes content(static_cast<std::size_t>(file.facts.size - skipped));
  content.resize(TRY(read_all(file.handle.get(), content, path.string())));
  return content;
}

Result<std::size_t> read_to_end(int descriptor, std::span<std::byte> room, const std::string& origin) {
  const HANDLE handle = handle_of(descriptor);
  if (handle == nullptr || handle == INVALID_HANDLE_VALUE) return fail(ErrorKind::io, origin + " is not open");
  return read_all(handle, room, origin);
}

// MOVEFILE_WRITE_THROUGH makes the rename durable. Windows has no call that syncs a directory.
Result<void> rename_file(const Path& from, const Path& to) {
  const Path plain = TRY(windows::plain_path(from));
  const HeldPath way = TRY(windows::hold_directory(plain.parent_path()));
  const std::wstring old_name = TRY(windows::native_path(from));
  const std::wstring new_name = TRY(windows::native_path(to));
  constexpr DWORD flags = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
  const DWORD code = windows::patiently([&] {
    return MoveFileExW(old_name.c_str(), new_name.c_str(), flags) != 0 ? DWORD{ERROR_SUCCESS} : GetLastError();
  });
  if (code != ERROR_SUCCESS) return windows::fail_held("cannot rename", from, code);
  return {};
}

Result<void> remove_file(const Path& path) {
  const Path plain = TRY(windows::plain_path(path));
  const HeldPath way = TRY(windows::hold_directory(plain.parent_path()));
  const std::wstring name = TRY(windows::native_path(plain));
  const DWORD code =
      windows::patiently([&] { return DeleteFileW(name.c_str()) != 0 ? DWORD{ERROR_SUCCESS} : GetLastError(); });
  if (code == ERROR_SUCCESS || code == ERROR_FILE_NOT_FOUND) return {};
  return windows::fail_held("cannot remove", path, code);
}

Result<void> sync_directory(const Path& path) {
  // Nothing to sync, as said above. An unsafe path is still reported.
  const HeldPath way = TRY(windows::hold_directory(path));
  return {};
}

Result<void> set_owner_and_mode(const Path& path, UserId uid, GroupId gid, std::uint32_t mode) {
  const windows::OpenFile file = TRY(windows::open_file(path, Access::look, Links::refuse));
  const SecurityDescriptor wanted = wanted_descriptor(uid, gid, mode, Node::file);
  const SecurityDescriptor present = TRY(windows::descriptor_of(file.handle.get(), path));
  if (windows::same_access(present, wanted)) return {};
  // Opened only now, because an account that lacks this right may still find everything in order.
  const windows::Handle changing = TRY(windows::open_name(path, Access::change));
  TRY(windows::set_descriptor(changing.get(), path, wanted, present.owner != wanted.owner));
  // FAT and some file servers report success and store nothing.
  return windows::check_kept(changing.get(), path, wanted);
}

Result<void> make_directory(const Path& path, UserId uid, GroupId gid, std::uint32_t mode) {
  const Path plain = TRY(windows::plain_path(path));
  const HeldPath way = TRY(windows::hold_directory(plain.parent_path()));
  const std::wstring name = TRY(windows::native_path(plain));
  const SecurityDescriptor wanted = wanted_descriptor(uid, gid, mode, Node::directory);
  windows::SecurityAttributes attributes(wanted);
  if (CreateDirectoryW(name.c_str(), attributes.get()) == 0) {
    if (GetLastError() == ERROR_ALREADY_EXISTS) return {};
    return fail_code("cannot create the directory", path);
  }
  const windows::Handle made = TRY(windows::open_name(plain, Access::look));
  return windows::check_kept(made.get(), path, wanted);
}

}  // namespace platform
