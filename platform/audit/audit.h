// SPDX-License-Identifier: ISC
// Examines a key file, every directory above it and the agent's own files, and reports what is wrong with them.
//
// Gathering facts touches the disk and never follows a link that a stranger could have made. The rules that turn facts
// into findings are pure (platform/audit/posix/key_file_rules.h, platform/audit/windows/key_file_rules.h). They do not
// see what SELinux or AppArmor forbid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace platform {

enum class Severity : std::uint8_t {
  note,      // worth a line in a report
  too_open,  // works, but should be fixed: exit 10
  broken,    // the service cannot read it, or someone else can change it: exit 13
};

enum class FindingKind : std::uint8_t {
  missing,              // no such file; only a note, because a missing key has its own exit code, 11
  not_regular,          // a link, directory, FIFO, socket or device stands there
  several_names,        // hard links
  wrong_size,           // not 24 bytes; only a note, because that has its own exit code, 12
  wrong_owner,          // the owner is not the service, and not root with a mode that lets the service read
  service_cannot_read,  // by owner, group and mode, or a directory above cannot be searched
  readable_by_group,    // too open
  readable_by_others,   // too open
  writable_by_others,   // group or world may write the file
  executable,           // too open: a key is not a program
  special_bits,         // setuid, setgid or sticky on the file
  extended_acl,         // an ACL grants somebody else access
  immutable,            // chattr +i or +a: cannot be replaced (note)
  directory_writable,   // a stranger can swap the file: group or world may write a directory above, without
                        // sticky
  directory_owner,      // a stranger owns a directory above
  link_in_path,         // a link on the way, harmless (note) or made by a stranger (broken)
  network_file_system,  // NFS, CIFS, FUSE and the like: a single point of failure
  memory_file_system,   // tmpfs, ramfs: gone at the next boot
  second_candidate,     // another file that Ops Manager could take for the key
  stray_copy,           // gen.key.bak, gen.key~ and the like beside it, or a copy in a home directory
  alternate_stream,     // content beside the key's in the same file, which Explorer and a plain dir do not show
};

struct Finding {
  FindingKind kind;
  Severity severity;
  Path path;             // the file or directory it is about
  std::string expected;  // "mongodb-mms:mongodb-mms 0600"
  std::string found;     // "root:root 0644 (everyone can read it)"

  // For repair_command().
  UserId belongs_to = 0;              // the account that can fix it without being root
  FileType type = FileType::regular;  // what `path` is
  bool frozen = false;                // chattr +i or +a: no other change is possible before that is undone
  std::string right_owner = {};       // for our own files; the owner of a key file is the service
  std::uint32_t right_mode = 0600;
  std::optional<Path> second_name = std::nullopt;  // of a file with several names, where it is known
  bool operator==(const Finding&) const = default;
};

struct KeyFileAudit {
  std::optional<FileFacts> facts;  // nothing when there is no file
  std::vector<Finding> findings;
  std::optional<std::string> network_mount;  // the mount point, when the file is on a network mount

  [[nodiscard]] Severity worst() const;  // note when there are no findings
};

/// What `audit`, `ensure` and the gate look at. `service` is the account that must be able to read the key. Never
/// fails: what cannot be examined becomes a finding.
KeyFileAudit audit_key_file(const Path& key_file, const Account& service, const std::vector<Path>& other_candidates);

/// A file of our own: its right owner, and the most open mode that it may have.
struct OwnFile {
  Path path;
  UserId uid = 0;
  std::uint32_t most_open = 0600;
};
/// Skips files that do not exist or cannot be examined.
std::vector<Finding> audit_own_files(const std::vector<OwnFile>& files);

/// The mode of a key file that `service` reads. On Windows the service needs no more than reading when an administrator
/// installs the file; elsewhere the service owns the file.
std::uint32_t key_file_mode(const Account& service);
/// The same for people: "mongodb-mms:mongodb-mms, 0600".
std::string key_file_permissions(const Account& service);

/// For machines: "readable-by-group".
std::string_view name_of(FindingKind kind);

/// One line: "/etc/mongodb-mms/gen.key: found root:root 0644 (everyone can read it), expected
/// mongodb-mms:mongodb-mms 0600".
std::string describe(const Finding& finding);
/// Files that carry the key's name in the directories where people put copies of it (root's and other home
/// directories, /tmp, /var/tmp). Reads whole directories, so this is for `audit`, not for the gate.
std::vector<Finding> find_forgotten_copies(const Path& key_file, const Path& root);

}  // namespace platform
