// SPDX-License-Identifier: ISC
#include <array>
#include <cstring>
#include <vector>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/file.h"
#include "platform/files/windows/directory.h"
#include "tests/windows/selftest/checks.h"
#include "tests/windows/selftest/kept.h"
#include "tests/windows/selftest/system.h"

namespace selftest {

namespace {

using platform::Path;
using platform::windows::Handle;
using platform::windows::native_path;

Handle open(const Path& path, DWORD access, DWORD share, DWORD flags) {
  return Handle(
      CreateFileW(native_path(path).value_or(L"").c_str(), access, share, nullptr, OPEN_EXISTING, flags, nullptr));
}

void try_held_file(const Program& program, Tally& tally) {
  Handle held = open(program.key_file(), GENERIC_READ, 0, 0);
  if (!held.valid())
    return tally.check("the key file is held open", false, platform::windows::reason_of(GetLastError()));
  const Outcome busy = program.run("status");
  tally.check("a key file in use is told", busy.code != 0 && busy.says("held open"), busy.text());
  held = Handle();
  check_good(tally, "and is read when it is free again", program.run("status"));
}

// The REPARSE_DATA_BUFFER of a mount point, which only the headers for drivers declare: tag, length, reserved, then
// offset and length of two names without their final zeros, then the names.
std::vector<std::byte> mount_point(const std::wstring& target) {
  const auto bytes = static_cast<WORD>(target.size() * sizeof(wchar_t));
  const std::array<WORD, 8> head = {static_cast<WORD>(IO_REPARSE_TAG_MOUNT_POINT & 0xFFFFU),
                                    static_cast<WORD>(IO_REPARSE_TAG_MOUNT_POINT >> 16U),
                                    static_cast<WORD>(bytes + 12),
                                    0,
                                    0,
                                    bytes,
                                    static_cast<WORD>(bytes + 2),
                                    0};
  std::vector<std::byte> buffer(sizeof head + bytes + 4U);
  std::memcpy(buffer.data(), head.data(), sizeof head);
  std::memcpy(buffer.data() + sizeof head, target.data(), bytes);
  return buffer;
}

DWORD make_junction(const Path& junction, const Path& target) {
  CreateDirectoryW(native_path(junction).value_or(L"").c_str(), nullptr);
  const Handle directory = open(junction, GENERIC_WRITE, 0, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
  if (!directory.valid()) return GetLastError();
  auto buffer = mount_point(L"\\??\\" + platform::windows::wide(target.string()));
  DWORD size = 0;
  const BOOL done = DeviceIoControl(directory.get(), FSCTL_SET_REPARSE_POINT, buffer.data(),
                                    static_cast<DWORD>(buffer.size()), nullptr, 0, &size, nullptr);
  return done != 0 ? ERROR_SUCCESS : GetLastError();
}

void try_junction(const Program& program, const Path& directory, Tally& tally) {
  const std::string name = "a junction on the way is refused";
  const Path junction = directory / "elsewhere";
  const DWORD code = make_junction(junction, program.key_file().parent_path());
  if (code != ERROR_SUCCESS) return tally.leave_out(name, "none can be made: " + platform::windows::reason_of(code));
  const Outcome through = program.on(junction / "gen.key", "state").run("audit");
  tally.check(name, through.code == 13 && through.says("a link or junction"), through.text());
  RemoveDirectoryW(native_path(junction).value_or(L"").c_str());
}

void try_long_path(const Program& program, const Path& directory, Tally& tally) {
  Path deep = directory;
  // Two parts of 200 characters: each is legal, and both together exceed 260.
  for (const char letter : {'a', 'b'}) {
    deep /= std::string(200, letter);
    const auto made = platform::make_directory(deep, platform::current_user(), platform::current_group(), 0700);
    if (!made) return tally.check("a path beyond 260 characters can be made", false, made.error().message);
  }
  const Program distant = program.on(deep / "gen.key", "state-of-long-path");
  const Outcome made = distant.run("generate");
  tally.check("a key is made at a path beyond 260 characters", made.code == 0, made.text());
  check_private(tally, "the key at a path beyond 260 characters", distant.key_file());
}

void try_stream(const Program& program, Tally& tally) {
  const std::string name = "a stream beside the key's content is told";
  if (platform::windows::is_wine()) return tally.leave_out(name, "wine has no alternate streams");
  const std::wstring stream = platform::windows::wide(program.key_file().string()) + L":copy";
  if (!Handle(CreateFileW(stream.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, 0, nullptr)).valid())
    return tally.leave_out(name, "none can be made: " + platform::windows::reason_of(GetLastError()));
  const Outcome told = program.run("audit");
  tally.check(name, told.says("the alternate stream :copy:$DATA"), told.text());
  DeleteFileW(stream.c_str());
}

void try_names(const Program& program, Tally& tally) {
  for (const char* name : {"NUL", "COM1.key", "gen.key:stream", "gen.key.", "gen.key "}) {
    const Outcome refused = program.on(program.key_file().parent_path() / name, "state").run("status");
    tally.check("the name \"" + std::string(name) + "\" is refused", refused.code == 2, refused.text());
  }
}

}  // namespace

void try_paths(const Program& program, const Path& directory, Tally& tally) {
  try_held_file(program, tally);
  try_junction(program, directory, tally);
  try_long_path(program, directory, tally);
  try_stream(program, tally);
  try_names(program, tally);
}

}  // namespace selftest
