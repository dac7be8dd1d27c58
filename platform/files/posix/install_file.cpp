// SPDX-License-Identifier: ISC
// Installs a file: writes it without a name, then names it in one step, so that no program ever sees half of it and a
// power cut leaves nothing. Where the file system has no nameless files, or a file is replaced, a fixed temporary name
// is used. It is fixed so that the next installation can find and remove what a power cut left.
#include <string>
#include <utility>

#include "platform/base/posix/errno_error.h"
#include "platform/files/file.h"
#include "platform/files/posix/disk_calls.h"

namespace platform {

namespace {

using Calls = DiskCalls;
using posix::fail_errno;

// Closes on every return. close_checked() is for the descriptor that was written, because NFS may report a full disk
// only then.
class Open {
 public:
  Open(Calls& calls, int number) : calls_(calls), number_(number) {}
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() {
    if (number_ >= 0) calls_.close(number_);
  }
  [[nodiscard]] int get() const { return number_; }
  int close_checked() { return calls_.close(std::exchange(number_, -1)); }

 private:
  Calls& calls_;
  int number_;
};

class Installation {
 public:
  Installation(const NewFile& file, Calls& calls, int directory)
      : file_(file),
        calls_(calls),
        directory_(directory),
        name_(file.path.filename().string()),
        temporary_(temporary_of(file.path).filename().string()) {}
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;
  ~Installation() {
    if (temporary_exists_) calls_.unlink(directory_, temporary_.c_str());
  }

  Result<void> run() {
    TRY(clear_temporary());
    Open opened(calls_, TRY(create()));
    TRY(fill(opened.get()));
    TRY(give_name(opened.get()));
    if (const int error = opened.close_checked(); error < 0) return failed("cannot close", error);
    // Only now is the name itself durable.
    const int error = calls_.sync(directory_);
    return error < 0 ? Result<void>(fail_errno("cannot sync", file_.path.parent_path(), -error)) : Result<void>();
  }

 private:
  tl::unexpected<Error> failed(const char* what, int negative) const { return fail_errno(what, file_.path, -negative); }

  Result<int> create() {
    const int unnamed = calls_.open_unnamed(directory_);
    if (unnamed >= 0) return unnamed;
    // Any other failure would meet the named file too.
    if (unnamed != -EOPNOTSUPP) return failed("cannot create", unnamed);
    const int named = calls_.create(directory_, temporary_.c_str());
    if (named < 0) return failed("cannot create", named);
    temporary_exists_ = true;
    return named;
  }

  // A power cut left this name, or somebody planted it. Either way it is removed and never opened, so a link under it
  // is harmless.
  Result<void> clear_temporary() {
    const int error = calls_.unlink(directory_, temporary_.c_str());
    if (error < 0 && error != -ENOENT) return failed("cannot clear the temporary name of", error);
    return {};
  }

  Result<void> fill(int file) {
    for (auto rest = file_.content; !rest.empty();) {
      const ssize_t written = calls_.write(file, rest.data(), rest.size());
      // A signal is not a failed disk.
      if (written == -EINTR) continue;
      if (written <= 0) return failed("cannot write", written == 0 ? -EIO : static_cast<int>(written));
      rest = rest.subspan(static_cast<std::size_t>(written));
    }
    // The owner before the mode: the mode may let a group read, and that must be the right group.
    if (const int error = calls_.change_owner(file, file_.uid, file_.gid); error < 0)
      return failed("cannot set the owner of", error);
    if (const int error = calls_.change_mode(file, file_.mode); error < 0)
      return failed("cannot set the mode of", error);
    // Before the file gets its name: otherwise a power cut could leave the name with no content.
    if (const int error = calls_.sync(file); error < 0) return failed("cannot sync", error);
    return {};
  }

  Result<void> give_name(int file) {
    return file_.existing == NewFile::Existing::refuse ? name_new(file) : name_over(file);
  }

  Result<void> name_new(int file) {
    // Both ways refuse a name that is taken, in one step: a check before would leave a gap.
    const int error = temporary_exists_ ? rename_new() : calls_.link_unnamed(file, directory_, name_.c_str());
    if (error == -EEXIST) return fail(ErrorKind::exists, file_.path.string() + " exists already");
    return error < 0 ? Result<void>(failed("cannot name", error)) : Result<void>();
  }

  // NFS cannot rename without replacing. A hard link refuses a taken name there, and for a moment the file has two
  // names; the temporary one is removed at once.
  int rename_new() {
    const int renamed = calls_.rename_new(directory_, temporary_.c_str(), name_.c_str());
    if (renamed == 0) temporary_exists_ = false;
    if (renamed != -EOPNOTSUPP) return renamed;
    if (const int linked = calls_.link(directory_, temporary_.c_str(), name_.c_str()); linked < 0) return linked;
    const int dropped = calls_.unlink(directory_, temporary_.c_str());
    // If that fails, the destructor tries again.
    temporary_exists_ = dropped < 0;
    return dropped;
  }

  Result<void> name_over(int file) {
    // link(2) cannot replace a file, so a nameless file needs a temporary name first.
    if (!temporary_exists_) {
      const int error = calls_.link_unnamed(file, directory_, temporary_.c_str());
      if (error < 0) return failed("cannot name", error);
      temporary_exists_ = true;
    }
    // As late as possible. Between this check and the rename another program can still win; no system call closes that
    // gap.
    TRY(check_replaced());
    const int error = calls_.rename(directory_, temporary_.c_str(), name_.c_str());
    if (error < 0) return failed("cannot replace", error);
    temporary_exists_ = false;
    return {};
  }

  Result<void> check_replaced() {
    if (!file_.replaces) return {};
    FileFacts now;
    const int error = calls_.facts(directory_, name_.c_str(), now);
    // The file to be replaced is gone, so nothing can be lost.
    if (error == -ENOENT) return {};
    if (error < 0) return failed("cannot examine", error);
    if (now.same_file(*file_.replaces)) return {};
    return fail(ErrorKind::exists, file_.path.string() + " was changed by somebody else just now");
  }

  const NewFile& file_;
  Calls& calls_;
  const int directory_;
  const std::string name_;
  const std::string temporary_;
  bool temporary_exists_ = false;
};

}  // namespace

Result<void> install_file(const NewFile& file) { return install_file(file, posix::system_calls()); }

Result<void> install_file(const NewFile& file, Calls& calls) {
  const Open directory(calls, TRY(calls.open_directory(file.path.parent_path())));
  return Installation(file, calls, directory.get()).run();
}

}  // namespace platform
