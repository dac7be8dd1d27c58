// SPDX-License-Identifier: ISC
#include "platform/audit/repair.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "platform/audit/repair_rules.h"
#include "platform/base/posix/errno_error.h"
#include "platform/base/shell_word.h"
#include "platform/files/posix/directory.h"

namespace platform {

namespace {

using posix::fail_errno;
using Kind = FindingKind;
using posix::FileDescriptor;

// Every step goes through one descriptor of the audited file, so that nobody can swap the file between two steps.
class KeyFileRepair {
 public:
  KeyFileRepair(const Path& path, const Account& service, bool dry_run)
      : path_(path), service_(service), dry_run_(dry_run) {}

  Result<std::vector<std::string>> run(const FileFacts& audited) {
    TRY(open(audited));
    // The owner first: a stranger who still owned the file could undo the change of mode.
    TRY(set_owner());
    TRY(set_mode());
    TRY(drop_access_list());
    return std::move(done_);
  }

 private:
  // O_PATH needs no permission on the file, and a missing permission may be the fault to repair.
  Result<void> open(const FileFacts& audited) {
    const FileDescriptor directory = TRY(posix::open_directory_safely(path_.parent_path(), posix::Purpose::look));
    file_ = FileDescriptor(openat(directory.get(), path_.filename().c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file_.valid()) return fail_errno("cannot open", path_);
    // chmod(2) and removexattr(2) have no form for descriptors of O_PATH. This name leads them to the same file.
    self_ = "/proc/self/fd/" + std::to_string(file_.get());
    TRY(look());
    // Between audit and repair a stranger may have put a link to another file there.
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
    record_change("owner", user_name(facts_.uid) + ":" + group_name(facts_.gid), service_.owner());
    if (dry_run_) return {};
    // AT_EMPTY_PATH: fchown(2) refuses descriptors of O_PATH.
    if (fchownat(file_.get(), "", service_.uid, service_.gid, AT_EMPTY_PATH) != 0) {
      return fail_errno("cannot set the owner of", path_);
    }
    return {};
  }

  Result<void> set_mode() {
    // 0400 is stricter than 0600 and was set on purpose, so it stays.
    if (facts_.mode == 0600 || facts_.mode == 0400) return {};
    record_change("mode", octal(facts_.mode), "0600");
    if (!dry_run_ && chmod(self_.c_str(), 0600) != 0) return fail_errno("cannot set the mode of", path_);
    return {};
  }

  // After the mode: chmod(2) has just set the list's mask to nothing, so that removing the list gives nobody access for
  // a moment.
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

  void record_change(const char* what, const std::string& from, const std::string& to) {
    done_.push_back((dry_run_ ? "would change the " : "changed the ") + std::string(what) + " of " + path_.string() +
                    " from " + from + " to " + to);
  }

  const Path& path_;
  const Account& service_;
  const bool dry_run_;
  FileDescriptor file_;
  std::string self_;
  FileFacts facts_;
  std::vector<std::string> done_;
};

std::string chmod_command(const Finding& finding, const std::string& sudo, const std::string& change) {
  return sudo + "chmod " + change + " " + shell_quoted(finding.path.string());
}

// The finding's own mode and not always 0600, because some files of this program may be readable.
std::string mode_command(const Finding& finding, const std::string& sudo) {
  return chmod_command(finding, sudo, octal(finding.right_mode).substr(1));
}

std::string owner_command(const Finding& finding, const Account& service, const std::string& sudo) {
  const std::string owner = finding.right_owner.empty() ? service.owner() : finding.right_owner;
  return sudo + "chown " + shell_quoted(owner) + " " + shell_quoted(finding.path.string()) + " && " +
         mode_command(finding, sudo);
}

std::optional<std::string> command_for(const Finding& finding, const Account& service) {
  const UserId caller = current_user();
  const std::string sudo = caller == 0 ? "" : "sudo ";
  const std::string sudo_unless_own = caller == finding.belongs_to ? "" : sudo;
  switch (finding.kind) {
    case Kind::wrong_owner: return owner_command(finding, service, sudo);
    // The directory may be shared with other services, so search permission goes to everyone, and owner and group stay.
    case Kind::service_cannot_read:
      if (finding.type == FileType::directory) return chmod_command(finding, sudo_unless_own, "a+x");
      return owner_command(finding, service, sudo);
    case Kind::readable_by_group:
    case Kind::readable_by_others:
    case Kind::writable_by_others:
    case Kind::executable:
    case Kind::special_bits:
    case Kind::extended_acl: return mode_command(finding, sudo_unless_own);
    // Only root can remove these attributes, whoever owns the file.
    case Kind::immutable: return sudo + "chattr -ia " + shell_quoted(finding.path.string());
    // Only group and others lose the right to write. A full mode could break what the directory is for.
    case Kind::directory_writable: return chmod_command(finding, sudo_unless_own, "go-w");
    case Kind::directory_owner: return sudo + "chown root " + shell_quoted(finding.path.string());
    // The key file keeps its own name. A second name elsewhere has to be found first.
    case Kind::several_names:
      if (finding.second_name) return sudo_unless_own + "rm " + shell_quoted(finding.second_name->string());
      return sudo + "find / -samefile " + shell_quoted(finding.path.string());
    case Kind::missing:
    case Kind::not_regular:
    case Kind::wrong_size:
    case Kind::link_in_path:
    case Kind::network_file_system:
    case Kind::memory_file_system:
    case Kind::second_candidate:
    case Kind::stray_copy:
    case Kind::alternate_stream: return std::nullopt;
  }
  __builtin_unreachable();
}

}  // namespace

Result<std::vector<std::string>> repair_key_file(const Path& key_file, const Account& service,
                                                 const KeyFileAudit& audit, RepairScope scope, bool dry_run) {
  TRY(require_plain_file(audit));
  if (!audit.facts || !wants_repair(key_file, audit, scope)) return std::vector<std::string>();
  return KeyFileRepair(key_file, service, dry_run).run(*audit.facts);
}

std::optional<std::string> repair_command(const Finding& finding, const Account& service) {
  auto command = command_for(finding, service);
  if (!command || !finding.frozen) return command;
  Finding attribute = finding;
  attribute.kind = Kind::immutable;
  return *command_for(attribute, service) + " && " + *command;
}

std::string removing_command(const Finding& finding) {
  const bool own = current_user() == 0 || current_user() == finding.belongs_to;
  return (own ? "rm " : "sudo rm ") + shell_quoted(finding.path.string());
}

}  // namespace platform
