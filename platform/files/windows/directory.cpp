// SPDX-License-Identifier: ISC
#include "platform/files/windows/directory.h"

#include <algorithm>
#include <array>
#include <thread>

#include <boost/filesystem/operations.hpp>

#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/path_rules.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"

namespace platform::windows {

namespace {

constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr DWORD itself = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
constexpr std::uint64_t epoch_1970 = 116'444'736'000'000'000;  // 1970 in FILETIME, which counts 100 ns from 1601

std::int64_t nanoseconds_since_1970(std::uint64_t file_time) {
  return (static_cast<std::int64_t>(file_time) - static_cast<std::int64_t>(epoch_1970)) * 100;
}

std::uint64_t whole(DWORD high, DWORD low) { return std::uint64_t{high} << 32U | low; }

DWORD rights_for(Access access) {
  switch (access) {
    case Access::look: return FILE_READ_ATTRIBUTES | READ_CONTROL;
    case Access::read: return FILE_READ_ATTRIBUTES | READ_CONTROL | FILE_READ_DATA | SYNCHRONIZE;
    case Access::change: return FILE_READ_ATTRIBUTES | READ_CONTROL | WRITE_DAC | WRITE_OWNER;
  }
  __builtin_unreachable();
}

// Which of these codes comes depends on whether the drive, the server or only the share is missing.
bool is_away(DWORD code) {
  return code == ERROR_PATH_NOT_FOUND || code == ERROR_FILE_NOT_FOUND || code == ERROR_INVALID_DRIVE ||
         code == ERROR_NOT_READY || code == ERROR_BAD_NETPATH || code == ERROR_BAD_NET_NAME;
}

tl::unexpected<Error> fail_away(const Path& root) {
  const std::string name = root.string().substr(0, root.string().size() - 1);
  return fail(ErrorKind::not_found, is_on_share(name) ? "the share " + name + " cannot be reached"
                                                      : "there is no drive " + name + " on this host");
}

// A handle with the right to list, opened without sharing deletion, keeps others from renaming the directory. An
// account that may not list it gets a handle with fewer rights, which protects nothing but still shows the facts.
Result<Handle> hold(const Path& directory, const std::wstring& name) {
  DWORD code = ERROR_SUCCESS;
  for (const DWORD wanted : {DWORD{FILE_LIST_DIRECTORY | FILE_READ_ATTRIBUTES | READ_CONTROL},
                             DWORD{FILE_READ_ATTRIBUTES | READ_CONTROL}, DWORD{FILE_READ_ATTRIBUTES}}) {
    Handle handle;
    code = patiently([&] {
      constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE;
      handle = Handle(CreateFileW(name.c_str(), wanted, share, nullptr, OPEN_EXISTING, itself, nullptr));
      return handle.valid() ? DWORD{ERROR_SUCCESS} : GetLastError();
    });
    if (handle.valid()) return handle;
    // Fewer rights help only against a refusal.
    if (code != ERROR_ACCESS_DENIED) break;
  }
  if (code != ERROR_SUCCESS && is_root(directory.string()) && is_away(code)) return fail_away(directory);
  return fail_held("cannot open the directory", directory, code);
}

std::vector<Path> parts_down_to(const Path& path) {
  std::vector<Path> all;
  // A share is one step, because a server's name alone cannot be opened.
  const std::string text = path.string();
  const std::string root = root_of(text);
  Path so_far(root);
  all.push_back(so_far);
  for (const Path& part : Path(text.substr(std::min(root.size(), text.size())))) {
    if (part.empty() || part == ".") continue;
    so_far /= part;
    all.push_back(so_far);
  }
  return all;
}

// An administrator can only act on "the file is in use" with the name of the program. The Restart Manager knows it.
std::string holders_of(const Path& path) {
  DWORD session = 0;
  std::array<wchar_t, CCH_RM_SESSION_KEY + 1> key{};
  if (RmStartSession(&session, 0, key.data()) != ERROR_SUCCESS) return {};
  const std::wstring name = path.wstring();
  std::array<const wchar_t*, 1> names = {name.c_str()};
  std::array<RM_PROCESS_INFO, 8> found{};
  UINT needed = 0;
  UINT count = found.size();
  DWORD reason = 0;
  std::string holders;
  const bool told = RmRegisterResources(session, 1, names.data(), 0, nullptr, 0, nullptr) == ERROR_SUCCESS &&
                    RmGetList(session, &needed, &count, found.data(), &reason) == ERROR_SUCCESS;
  for (UINT index = 0; told && index < count; ++index) {
    holders += (holders.empty() ? "" : ", ") + narrow(found[index].strAppName) + " (process " +
               std::to_string(found[index].Process.dwProcessId) + ")";
  }
  RmEndSession(session);
  return holders;
}

FileType type_of(HANDLE handle, DWORD attributes) {
  // Asked before the attributes, which mean nothing for a pipe or a device.
  if (GetFileType(handle) == FILE_TYPE_PIPE) return FileType::fifo;
  if (GetFileType(handle) == FILE_TYPE_CHAR) return FileType::device;
  if ((attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return FileType::symlink;
  return (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 ? FileType::directory : FileType::regular;
}

Result<void> check_regular(const Path& path, const FileFacts& facts, Links links) {
  if (facts.type != FileType::regular) {
    // Windows has several kinds of links, and people know the junction by its own name.
    const std::string what = facts.type == FileType::symlink ? "a link or junction" : noun_of(facts.type);
    return fail(ErrorKind::unsafe_file, path.string() + " is " + what + ", not a regular file");
  }
  if (links == Links::refuse && facts.links > 1) {
    return fail(ErrorKind::unsafe_file,
                path.string() + " has " + std::to_string(facts.links) + " names (hard links); expected one");
  }
  return {};
}

}  // namespace

Result<Path> plain_path(const Path& path) {
  if (const auto problem = problem_of_path(path)) return fail(ErrorKind::bad_path, *problem);
  const Path named(without_long_prefix(path.string()));
  const Path whole = named.is_absolute() ? named : boost::filesystem::current_path() / named;
  Path plain = normal(whole).make_preferred();
  // ".." can lead above a share and leave a server's name alone.
  if (const auto problem = problem_of_path(plain)) return fail(ErrorKind::bad_path, *problem);
  return plain;
}

Result<std::wstring> native_path(const Path& path) {
  const Path plain = TRY(plain_path(path));
  return wide(long_form(plain.string()));
}

Result<HeldPath> hold_directory(const Path& path, std::vector<PathStep>* steps) {
  HeldPath held;
  const Path plain = TRY(plain_path(path));
  for (const Path& part : parts_down_to(plain)) {
    const std::wstring name = TRY(native_path(part));
    // From the root down: once a directory is held, its parts below can be opened by name safely.
    Handle handle = TRY(hold(part, name));
    // Asks the open handle, because the name could be another directory by now.
    BY_HANDLE_FILE_INFORMATION status{};
    if (GetFileInformationByHandle(handle.get(), &status) == 0) return fail_code("cannot examine", part);
    const bool is_link = (status.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
    if (steps != nullptr) {
      auto descriptor = descriptor_of(handle.get(), part);
      steps->push_back({part, is_link, descriptor ? std::optional(std::move(*descriptor)) : std::nullopt});
    }
    if (is_link)
      return fail(ErrorKind::unsafe_path, part.string() + " is a link or junction, on the way to " + plain.string());
    if ((status.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
      return fail(ErrorKind::not_found, part.string() + " is not a directory, on the way to " + plain.string());
    held.push_back(std::move(handle));
  }
  return held;
}

Result<Handle> open_name(const Path& path, Access access) {
  const std::wstring name = TRY(native_path(path));
  Handle handle;
  const DWORD code = patiently([&] {
    handle = Handle(CreateFileW(name.c_str(), rights_for(access), share_all, nullptr, OPEN_EXISTING, itself, nullptr));
    return handle.valid() ? DWORD{ERROR_SUCCESS} : GetLastError();
  });
  if (handle.valid()) return handle;
  return fail_held("cannot open", path, code);
}

Result<OpenFile> open_file(const Path& path, Access access, Links links) {
  const Path plain = TRY(plain_path(path));
  OpenFile file;
  // The way stays held as long as the file is open.
  if (links == Links::refuse) file.way = TRY(hold_directory(plain.parent_path()));
  if (links == Links::refuse) {
    file.handle = TRY(open_name(plain, access));
  } else {
    boost::system::error_code error;
    // Links::follow is for configuration, which people do link.
    const Path resolved = boost::filesystem::canonical(plain, error);
    file.handle = TRY(open_name(error ? plain : resolved, access));
  }
  file.facts = TRY(facts_from(file.handle.get(), path));
  TRY(check_regular(path, file.facts, links));
  return file;
}

Result<FileFacts> facts_from(HANDLE handle, const Path& path) {
  BY_HANDLE_FILE_INFORMATION status{};
  if (GetFileInformationByHandle(handle, &status) == 0) return fail_code("cannot examine", path);
  FileFacts facts{.type = type_of(handle, status.dwFileAttributes),
                  .links = status.nNumberOfLinks,
                  .size = whole(status.nFileSizeHigh, status.nFileSizeLow),
                  .device = status.dwVolumeSerialNumber,
                  .inode = whole(status.nFileIndexHigh, status.nFileIndexLow)};
  const std::uint64_t written = whole(status.ftLastWriteTime.dwHighDateTime, status.ftLastWriteTime.dwLowDateTime);
  facts.changed_ns = nanoseconds_since_1970(written);
  FILE_BASIC_INFO basic{};
  if (GetFileInformationByHandleEx(handle, FileBasicInfo, &basic, sizeof basic) == 0)
    return fail_code("cannot examine", path);
  // FAT keeps no such time and says 0.
  if (basic.ChangeTime.QuadPart != 0)
    facts.inode_changed_ns = nanoseconds_since_1970(static_cast<std::uint64_t>(basic.ChangeTime.QuadPart));
  const SecurityDescriptor descriptor = TRY(descriptor_of(handle, path));
  const Sid user = user_of(descriptor);
  facts.uid = number_of(user);
  // Windows files have no owning group that anything asks for.
  facts.gid = facts.uid;
  facts.mode = mode_of(descriptor, user, facts.type == FileType::directory ? Node::directory : Node::file);
  return facts;
}

bool is_held_by_another(DWORD code) { return code == ERROR_SHARING_VIOLATION || code == ERROR_LOCK_VIOLATION; }

tl::unexpected<Error> fail_held(const char* what, const Path& path, DWORD code) {
  if (!is_held_by_another(code)) return fail_code(what, path, code);
  const std::string holders = holders_of(path);
  return fail(ErrorKind::busy, std::string(what) + " " + path.string() + ": it is held open by " +
                                   (holders.empty() ? "another program" : holders) + "; end it and try again");
}

void pause_before_next_try() {
  constexpr std::chrono::milliseconds pause{50};
  std::this_thread::sleep_for(pause);
}

}  // namespace platform::windows
