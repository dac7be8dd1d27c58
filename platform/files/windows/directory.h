// SPDX-License-Identifier: ISC
// Opens what a path names without following a link, junction, device or alternate stream on the way. Paths may be
// longer than 260 characters.
#pragma once

#include <string>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/files/file.h"
#include "platform/files/windows/path_step.h"

namespace platform::windows {

/// The path made absolute, without "." and "..". bad_path for a text that names no plain file
/// (platform/base/windows/path_rules.h).
Result<Path> plain_path(const Path& path);
/// The same in the form that the system's calls take, with no limit of 260 characters.
Result<std::wstring> native_path(const Path& path);

/// Every directory on the way to `path`, and `path` itself, held open. While this lives, none of them can be renamed or
/// removed, so nobody can put another directory in its place.
using HeldPath = std::vector<Handle>;

/// unsafe_path when a part is a link or junction, whoever made it. `steps`, when given, gets every directory on the
/// way, including the step that stopped the walk.
Result<HeldPath> hold_directory(const Path& path, std::vector<PathStep>* steps = nullptr);

struct OpenFile {
  HeldPath way;
  Handle handle;
  FileFacts facts;
};

enum class Access : std::uint8_t {
  look,    // read facts and access list
  read,    // also read the content
  change,  // also set owner and access list
};

/// Opens the name itself, even when it is a link. Waits for at most five seconds while another program holds the file
/// open. busy then names that program.
Result<Handle> open_name(const Path& path, Access access);
/// Opens a regular file. unsafe_file for anything else, and with Links::refuse for a file with several names.
Result<OpenFile> open_file(const Path& path, Access access, Links links);

/// Facts of an open file or directory. The mode is translated from its access list.
Result<FileFacts> facts_from(HANDLE handle, const Path& path);

/// Repeats `act`, for a bounded time, while another program holds the file: virus scanners, indexers and backups hold
/// new files for a moment. `act` gives ERROR_SUCCESS or the system's error.
template <class Act>
DWORD patiently(Act act);
/// Whether waiting may help, because another program holds the file.
bool is_held_by_another(DWORD code);
/// busy, with names and process numbers of the programs that hold the file, when that is the reason. Otherwise as
/// fail_code().
tl::unexpected<Error> fail_held(const char* what, const Path& path, DWORD code);
void pause_before_next_try();
inline constexpr int most_tries = 100;  // of 50 ms each

template <class Act>
DWORD patiently(Act act) {
  DWORD code = act();
  for (int tried = 1; tried < most_tries && is_held_by_another(code); ++tried) {
    pause_before_next_try();
    code = act();
  }
  return code;
}

}  // namespace platform::windows
