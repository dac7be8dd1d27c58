// SPDX-License-Identifier: ISC
#include "platform/audit/repair.h"

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/object_security.h"
#include "platform/accounts/windows/sddl.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/audit/repair_rules.h"
#include "platform/audit/windows/icacls.h"
#include "platform/base/windows/system_error.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace {

using windows::Access;
using windows::SecurityDescriptor;

std::string text_of(const SecurityDescriptor& descriptor) {
  // Owner and group have sentences of their own.
  SecurityDescriptor list = descriptor;
  list.owner = std::nullopt;
  list.group = std::nullopt;
  return windows::sddl_of(list).value_or("one with unusual entries");
}

std::string owner_of(const SecurityDescriptor& descriptor) {
  return descriptor.owner ? windows::name_of(*descriptor.owner) : "nobody";
}

SecurityDescriptor right_descriptor(const Account& service) {
  return windows::descriptor_for({.user = windows::sid_of(service.uid),
                                  .group = windows::sid_of(service.gid),
                                  .mode = key_file_mode(service),
                                  .holder = windows::holder_of_new_files()});
}

// Every step goes through one handle of the audited file, so that nobody can swap the file between two steps.
class KeyFileRepair {
 public:
  KeyFileRepair(const Path& path, const Account& service, bool dry_run)
      : path_(path), right_(right_descriptor(service)), dry_run_(dry_run) {}

  Result<std::vector<std::string>> run(const FileFacts& audited) {
    const Path plain = TRY(windows::plain_path(path_));
    const windows::HeldPath way = TRY(windows::hold_directory(plain.parent_path()));
    const windows::Handle file = TRY(open(plain));
    const FileFacts facts = TRY(windows::facts_from(file.get(), path_));
    // Between audit and repair a stranger may have put another file there.
    const bool same = facts.device == audited.device && facts.inode == audited.inode;
    if (!same || facts.type != FileType::regular || facts.links != 1)
      return fail(ErrorKind::unsafe_file,
                  path_.string() + " was swapped for another file just now; nothing was changed");
    const SecurityDescriptor present = TRY(windows::descriptor_of(file.get(), path_));
    record_changes(present);
    if (!dry_run_ && !done_.empty()) {
      TRY(windows::set_descriptor(file.get(), path_, right_, present.owner != right_.owner));
      // A file system without access lists reports success and changes nothing.
      TRY(windows::check_kept(file.get(), path_, right_));
    }
    return std::move(done_);
  }

 private:
  // With these privileges an administrator can also open a file whose access list shuts administrators out.
  Result<windows::Handle> open(const Path& plain) const {
    if (dry_run_) return windows::open_name(plain, Access::look);
    // Failures show up when the file is opened.
    windows::enable_privilege(SE_TAKE_OWNERSHIP_NAME);
    windows::enable_privilege(SE_RESTORE_NAME);
    windows::enable_privilege(SE_BACKUP_NAME);
    return windows::open_name(plain, Access::change);
  }

  void record_changes(const SecurityDescriptor& present) {
    if (present.owner != right_.owner) record_change("owner", owner_of(present), owner_of(right_));
    SecurityDescriptor list = present;
    // The owner was compared above, so only the lists may differ here.
    list.owner = right_.owner;
    if (!windows::same_access(list, right_)) record_change("access list", text_of(present), text_of(right_));
  }

  void record_change(const char* what, const std::string& from, const std::string& to) {
    done_.push_back((dry_run_ ? "would change the " : "changed the ") + std::string(what) + " of " + path_.string() +
                    " from " + from + " to " + to);
  }

  const Path& path_;
  const SecurityDescriptor right_;
  const bool dry_run_;
  std::vector<std::string> done_;
};

}  // namespace

// Administrators own the file, so the service needs no right to write.
std::uint32_t key_file_mode(const Account& service) { return running_as_root() && service.uid != 0 ? 0400 : 0600; }

std::string key_file_permissions(const Account& service) {
  if (service.uid == 0) return "for SYSTEM and Administrators alone";
  return "readable by " + service.name + ", SYSTEM and Administrators alone";
}

Result<std::vector<std::string>> repair_key_file(const Path& key_file, const Account& service,
                                                 const KeyFileAudit& audit, RepairScope scope, bool dry_run) {
  TRY(require_plain_file(audit));
  if (!audit.facts || !wants_repair(key_file, audit, scope)) return std::vector<std::string>();
  return KeyFileRepair(key_file, service, dry_run).run(*audit.facts);
}

std::optional<std::string> repair_command(const Finding& finding, const Account& service) {
  return windows::icacls_command(finding, windows::text_of(windows::sid_of(service.uid)));
}

std::string removing_command(const Finding& finding) { return "del \"" + finding.path.string() + "\""; }

}  // namespace platform
