// SPDX-License-Identifier: ISC
// Installs a file: writes it under a temporary name, with its final owner and access list from its creation on, then
// renames it in one step that is on the disk when it returns. The temporary name is fixed, so that the next
// installation can find and remove what a power cut left.
#include <string>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/system_error.h"
#include "platform/files/file.h"
#include "platform/files/windows/disk_calls.h"

namespace platform {

namespace {

using windows::fail_code;

windows::SecurityDescriptor descriptor_of(const NewFile& file) {
  return windows::descriptor_for({.user = windows::sid_of(file.uid),
                                  .group = windows::sid_of(file.gid),
                                  .mode = file.mode,
                                  .holder = windows::holder_of_new_files()});
}

bool is_absent(DWORD code) { return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND; }

class Installation {
 public:
  Installation(const NewFile& file, DiskCalls& calls) : file_(file), calls_(calls), descriptor_(descriptor_of(file)) {}
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;
  ~Installation() {
    // An open file cannot be removed, so it is closed first.
    if (opened_ != nullptr) calls_.close(opened_);
    if (temporary_exists_) calls_.remove(temporary_);
  }

  Result<void> run() {
    path_ = TRY(windows::plain_path(file_.path));
    name_ = TRY(windows::native_path(path_));
    temporary_ = TRY(windows::native_path(temporary_of(path_)));
    // Held until the end, so that nobody can swap a directory between two steps.
    const windows::HeldPath way = TRY(calls_.open_directory(path_.parent_path()));
    TRY(clear_temporary());
    TRY(create());
    TRY(fill());
    // As late as possible. Between this check and the move another program can still win.
    TRY(check_replaced());
    return give_name();
  }

 private:
  tl::unexpected<Error> failed(const char* what, DWORD code) const { return windows::fail_held(what, path_, code); }

  Result<void> clear_temporary() {
    const DWORD code = calls_.remove(temporary_);
    if (code != ERROR_SUCCESS && !is_absent(code)) return failed("cannot clear the temporary name of", code);
    return {};
  }

  Result<void> create() {
    HANDLE file = nullptr;
    if (const DWORD code = calls_.create(temporary_, descriptor_, file); code != ERROR_SUCCESS)
      return failed("cannot create", code);
    opened_ = file;
    temporary_exists_ = true;
    // Before any secret byte is written: a file system that keeps no access lists must not get the key.
    return calls_.check_kept(file, path_, descriptor_);
  }

  Result<void> fill() {
    for (auto rest = file_.content; !rest.empty();) {
      std::size_t written = 0;
      const DWORD code = calls_.write(opened_, rest, written);
      // 0 bytes without an error would repeat for ever.
      if (code != ERROR_SUCCESS || written == 0)
        return failed("cannot write", code == ERROR_SUCCESS ? DWORD{ERROR_WRITE_FAULT} : code);
      rest = rest.subspan(written);
    }
    if (const DWORD code = calls_.sync(opened_); code != ERROR_SUCCESS) return failed("cannot sync", code);
    // A file that is open for writing cannot be renamed, and a failed close may mean lost bytes.
    const DWORD code = calls_.close(std::exchange(opened_, nullptr));
    if (code != ERROR_SUCCESS) return failed("cannot close", code);
    return {};
  }

  Result<void> check_replaced() {
    if (file_.existing == NewFile::Existing::refuse || !file_.replaces) return {};
    const auto now = calls_.facts(path_);
    // The file to be replaced is gone, so nothing can be lost.
    if (!now && now.error().kind == ErrorKind::not_found) return {};
    if (!now) return tl::unexpected(now.error());
    if (now->same_file(*file_.replaces)) return {};
    return fail(ErrorKind::exists, path_.string() + " was changed by somebody else just now");
  }

  Result<void> give_name() {
    const bool replace = file_.existing == NewFile::Existing::replace;
    const DWORD code = calls_.move(temporary_, name_, replace);
    if (code == ERROR_ALREADY_EXISTS || code == ERROR_FILE_EXISTS)
      return fail(ErrorKind::exists, path_.string() + " exists already");
    if (code != ERROR_SUCCESS) return failed(replace ? "cannot replace" : "cannot name", code);
    temporary_exists_ = false;
    return {};
  }

  const NewFile& file_;
  DiskCalls& calls_;
  const windows::SecurityDescriptor descriptor_;
  Path path_;
  std::wstring name_;
  std::wstring temporary_;
  HANDLE opened_ = nullptr;
  bool temporary_exists_ = false;
};

}  // namespace

Result<void> install_file(const NewFile& file) { return install_file(file, windows::system_calls()); }

Result<void> install_file(const NewFile& file, DiskCalls& calls) { return Installation(file, calls).run(); }

}  // namespace platform
