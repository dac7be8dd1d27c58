// Mending a key file: its owner, its mode, its access control list, through one descriptor of the audited
// file.
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "platform/audit/audit.h"
#include "platform/audit/repair_rules.h"
#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/directory.h"

namespace platform {

namespace {

using posix::Descriptor;
using posix::fail_errno;

class Mending {
 public:
  Mending(const Path& path, const Account& service, bool dry_run) : path_(path), service_(service), dry_run_(dry_run) {}

  Result<std::vector<std::string>> run(const FileFacts& audited) {
    TRY(open(audited));
    // The owner first: a stranger who owns the file could set any mode again.
    TRY(set_owner());
    TRY(set_mode());
    TRY(drop_access_list());
    return std::move(done_);
  }

 private:
  // Without reading permission, which may be what is missing.
  Result<void> open(const FileFacts& audited) {
    const Descriptor directory = TRY(posix::open_directory_safely(path_.parent_path(), posix::Purpose::look));
    file_ = Descriptor(openat(directory.get(), path_.filename().c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file_.valid()) return fail_errno("cannot open", path_);
    self_ = "/proc/self/fd/" + std::to_string(file_.get());
    TRY(look());
    const bool same = facts_.device == audited.device && facts_.inode == audited.inode;
    if (same && facts_.type == FileType::regular && facts_.links == 1) return {};
    return fail(ErrorKind::unsafe_file, path_.string() + " was swapped for another file just now; nothing was changed");
  }

  Result<void> look() {
    struct stat status {};
    if (fstat(file_.get(), &status) != 0) return fail_errno("cannot examine", path_);
    facts_ = posix::facts_from(status);
    return {};
  }

  Result<void> set_owner() {
    if (facts_.uid == service_.uid && facts_.gid == service_.gid) return {};
    note("owner", user_name(facts_.uid) + ":" + group_name(facts_.gid), service_.owner());
    if (dry_run_) return {};
    if (fchownat(file_.get(), "", service_.uid, service_.gid, AT_EMPTY_PATH) != 0) {
      return fail_errno("cannot set the owner of", path_);
    }
    return {};
  }

  Result<void> set_mode() {
    if (facts_.mode == 0600 || facts_.mode == 0400) return {};
    note("mode", octal(facts_.mode), "0600");
    if (!dry_run_ && chmod(self_.c_str(), 0600) != 0) return fail_errno("cannot set the mode of", path_);
    return {};
  }

  // After the mode, whose group bits have become the list's mask: nobody gains anything in between.
  Result<void> drop_access_list() {
    if (posix::access_list_of(file_.get()).empty()) return {};
    done_.push_back((dry_run_ ? "would remove" : "removed") + std::string(" the access control list of ") +
                    path_.string());
    if (dry_run_) return {};
    if (removexattr(self_.c_str(), "system.posix_acl_access") != 0) {
      return fail_errno("cannot remove the access control list of", path_);
    }
    return {};
  }

  void note(const char* what, const std::string& from, const std::string& to) {
    done_.push_back((dry_run_ ? "would change the " : "changed the ") + std::string(what) + " of " + path_.string() +
                    " from " + from + " to " + to);
  }

  const Path& path_;
  const Account& service_;
  const bool dry_run_;
  Descriptor file_;
  std::string self_;
  FileFacts facts_;
  std::vector<std::string> done_;
};

}  // namespace

Result<std::vector<std::string>> mend_key_file(const Path& key_file, const Account& service, const KeyFileAudit& audit,
                                               Mend what, bool dry_run) {
  TRY(refuse_what_is_no_plain_file(audit));
  if (!audit.facts || !wants_mending(key_file, audit, what)) return std::vector<std::string>();
  return Mending(key_file, service, dry_run).run(*audit.facts);
}

}  // namespace platform
