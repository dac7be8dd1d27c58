// SPDX-License-Identifier: ISC
#include "platform/audit/posix/key_file_rules.h"

#include <algorithm>
#include <array>

#include "platform/audit/posix/fact_texts.h"
#include "platform/audit/posix/own_file_rules.h"

namespace platform {

namespace {

using Kind = FindingKind;

constexpr std::uint64_t key_size = 24;
constexpr std::uint32_t sticky = 01000;

// With an access control list the group bits of the mode are the list's mask. The group's own entry says what the group
// can do.
std::uint32_t group_permissions(const FileFacts& facts, const AccessList& list) {
  const auto entry = std::ranges::find(list, AccessEntry::Kind::owning_group, &AccessEntry::kind);
  const std::uint32_t mask = facts.mode >> 3U & 07U;
  return entry == list.end() ? mask : entry->permissions & mask;
}

std::string grantee(const AccessEntry& grant) {
  return grant.kind == AccessEntry::Kind::user ? "the user " + user_name(grant.id)
                                               : "the group " + group_name(grant.id);
}

std::string deeds(std::uint32_t permissions) {
  if ((permissions & write_permission) == 0) return (permissions & read_permission) != 0 ? "read" : "execute";
  return (permissions & read_permission) != 0 ? "read and write" : "write";
}

class KeyFileRules {
 public:
  KeyFileRules(const KeyPathFacts& facts, const Onlookers& onlookers)
      : facts_(facts),
        service_(onlookers.service),
        reader_{service_.uid, onlookers.service_groups},
        trusted_{0, service_.uid, onlookers.caller} {}

  std::vector<Finding> run() {
    check_way();
    if (facts_.file) {
      check_file(*facts_.file);
    } else if (!facts_.blocked) {
      add_about_file(Kind::missing, Severity::note, "no file");
    }
    check_blocked();
    check_storage();
    check_copies();
    return std::move(findings_);
  }

 private:
  Finding& add(Kind kind, Severity severity, const Path& path, std::string expected, std::string found) {
    findings_.push_back(
        {.kind = kind, .severity = severity, .path = path, .expected = std::move(expected), .found = std::move(found)});
    return findings_.back();
  }

  // `why` says what a stranger can do there, or what the service cannot.
  void add_about_directory(Kind kind, const PathStep& step, std::string expected, const std::string& why) {
    Finding& finding = add(kind, Severity::broken, step.path, std::move(expected), found_as(step.facts, why));
    finding.belongs_to = step.facts.uid;
    finding.type = FileType::directory;
  }

  void add_about_file(Kind kind, Severity severity, std::string found) {
    Finding& added = add(kind, severity, facts_.key_file, service_.owner() + " 0600", std::move(found));
    added.belongs_to = facts_.file ? facts_.file->uid : 0;
    added.frozen = facts_.immutable;
  }

  [[nodiscard]] bool is_trusted(UserId uid) const { return std::ranges::find(trusted_, uid) != trusted_.end(); }
  // Packages give the service's group its directories, so that group is trusted to change directories.
  [[nodiscard]] bool is_trusted_group(GroupId gid) const { return gid == 0 || gid == service_.gid; }

  void check_way() {
    for (const PathStep& step : facts_.above) {
      const bool is_last = &step == &facts_.above.back();
      if (step.facts.type == FileType::directory) {
        check_directory(step);
      } else if (is_last && facts_.refused_link) {
        add(Kind::link_in_path, Severity::broken, step.path, "a directory, or a link that only root can change",
            "a link of " + user_name(step.facts.uid) + " that somebody else could have made");
      } else {
        // The walk followed this link, so only root or the caller could have made it.
        add(Kind::link_in_path, Severity::note, step.path, "a directory", "a link of " + user_name(step.facts.uid));
      }
    }
  }

  void check_directory(const PathStep& step) {
    // Whatever the mode says now: an owner can change it at any time.
    if (!is_trusted(step.facts.uid)) {
      add_about_directory(Kind::directory_owner, step, "a directory owned by " + trusted_names(),
                          "its owner can swap the key");
    }
    if (const std::string writer = stranger_who_writes(step); !writer.empty()) {
      add_about_directory(Kind::directory_writable, step, "a directory that only " + trusted_names() + " can write",
                          writer + " can swap the key");
    }
    if (!may(reader_, step.facts, step.access_list, search_permission)) {
      add_about_directory(Kind::service_cannot_read, step, "a directory that " + service_.name + " can search",
                          service_.name + " cannot search it");
    }
  }

  [[nodiscard]] std::string trusted_names() const { return service_.uid == 0 ? "root" : "root or " + service_.name; }

  // Under the sticky bit only the owner of a file can rename or remove it.
  [[nodiscard]] std::string stranger_who_writes(const PathStep& step) const {
    if ((step.facts.mode & sticky) != 0) return {};
    if ((step.facts.mode & 0002U) != 0) return "everyone";
    const bool group_writes = (group_permissions(step.facts, step.access_list) & write_permission) != 0;
    if (group_writes && !is_trusted_group(step.facts.gid)) return "the group " + group_name(step.facts.gid);
    // Named entries of an access control list can allow what the mode does not show.
    for (const AccessEntry& grant : grants_to_others(step.access_list, trusted_)) {
      const bool to_trusted_group = grant.kind == AccessEntry::Kind::group && is_trusted_group(grant.id);
      if ((grant.permissions & write_permission) != 0 && !to_trusted_group) return grantee(grant);
    }
    return {};
  }

  void check_file(const FileFacts& file) {
    if (file.type != FileType::regular) {
      add(Kind::not_regular, Severity::broken, facts_.key_file, "a regular file", noun_of(file.type)).belongs_to =
          file.uid;
      return;
    }
    if (file.links > 1) {
      const std::string also = facts_.second_name ? ", among them " + facts_.second_name->string() : "";
      Finding& finding = add(Kind::several_names, Severity::broken, facts_.key_file, "one name",
                             std::to_string(file.links) + " names (hard links)" + also);
      finding.belongs_to = file.uid;
      finding.second_name = facts_.second_name;
    }
    // Only a note here; the commands that read the key refuse it.
    if (file.size != key_size) {
      add(Kind::wrong_size, Severity::note, facts_.key_file, std::to_string(key_size) + " bytes",
          std::to_string(file.size) + " bytes")
          .belongs_to = file.uid;
    }
    check_owner(file);
    check_mode(file);
    check_access_list();
    // The next replacement of the key would fail for a reason that ls(1) does not show.
    if (facts_.immutable) {
      add(Kind::immutable, Severity::note, facts_.key_file, "a file that can be replaced",
          "an immutable or append-only file (chattr)");
    }
  }

  void check_owner(const FileFacts& file) {
    // A key of root works if its mode lets the service read it, so that is only too open.
    const bool readable = may(reader_, file, facts_.access_list, read_permission);
    if (file.uid != service_.uid && !is_trusted(file.uid)) {
      add_about_file(Kind::wrong_owner, Severity::broken, found_as(file, user_name(file.uid) + " can change it"));
    } else if (file.uid != service_.uid && readable) {
      add_about_file(Kind::wrong_owner, Severity::too_open, found_as(file, "owned by " + user_name(file.uid)));
    }
    if (!readable) {
      add_about_file(Kind::service_cannot_read, Severity::broken, found_as(file, service_.name + " cannot read it"));
    }
  }

  void check_mode(const FileFacts& file) {
    const std::uint32_t group = group_permissions(file, facts_.access_list);
    const std::string group_words = "the group " + group_name(file.gid);
    // One finding for the widest class: everyone includes the group, and one command fixes both.
    if ((file.mode & write_permission) != 0) {
      add_about_file(Kind::writable_by_others, Severity::broken, found_as(file, "everyone can write it"));
    } else if ((group & write_permission) != 0) {
      add_about_file(Kind::writable_by_others, Severity::broken, found_as(file, group_words + " can write it"));
    }
    if ((file.mode & read_permission) != 0) {
      add_about_file(Kind::readable_by_others, Severity::too_open, found_as(file, "everyone can read it"));
    } else if ((group & read_permission) != 0) {
      add_about_file(Kind::readable_by_group, Severity::too_open, found_as(file, group_words + " can read it"));
    }
    // With an access list the group's bits are the mask, which does not say that anybody can execute.
    const std::uint32_t execute = facts_.access_list.empty() ? 0111U : 0101U;
    if ((file.mode & execute) != 0) add_about_file(Kind::executable, Severity::too_open, found_as(file, "executable"));
    if ((file.mode & 07000U) != 0) {
      add_about_file(Kind::special_bits, Severity::too_open, found_as(file, special_bits_in(file.mode)));
    }
  }

  void check_access_list() {
    for (const AccessEntry& grant : grants_to_others(facts_.access_list, trusted_)) {
      const bool writes = (grant.permissions & write_permission) != 0;
      add_about_file(Kind::extended_acl, writes ? Severity::broken : Severity::too_open,
                     "an access control list that lets " + grantee(grant) + " " + deeds(grant.permissions) + " it");
    }
  }

  // A finding about a directory may explain already why the file could not be examined. If not, the system's reason
  // does.
  void check_blocked() {
    const bool explained = std::ranges::any_of(findings_, [](const Finding& finding) {
      return finding.kind == Kind::service_cannot_read || finding.severity == Severity::broken;
    });
    if (!facts_.blocked || explained) return;
    add(Kind::service_cannot_read, Severity::broken, facts_.key_file, "a file that can be examined",
        facts_.blocked->message);
  }

  void check_storage() {
    // Only notes: both work until the server or the power fails, and where the key belongs is for a person to decide.
    const std::string mount = facts_.file_system + " mounted on " + facts_.mount_point.string();
    if (facts_.storage == posix::Storage::network) {
      add(Kind::network_file_system, Severity::note, facts_.key_file, "a file system of this host's own",
          mount + " (a single point of failure)");
    } else if (facts_.storage == posix::Storage::memory) {
      add(Kind::memory_file_system, Severity::note, facts_.key_file, "a file system on a disk",
          mount + " (gone after the next boot)");
    }
  }

  void check_copies() {
    // Which file Ops Manager reads can depend on who starts it and on that account's home directory.
    for (const Path& other : facts_.other_candidates) {
      add(Kind::second_candidate, Severity::note, other, "only " + facts_.key_file.string(),
          "another file that Ops Manager could take for the key");
    }
    for (const PathStep& copy : facts_.stray_copies) findings_.push_back(stray_copy(copy, facts_.key_file));
  }

  const KeyPathFacts& facts_;
  const Account& service_;
  const User reader_;
  const std::array<UserId, 3> trusted_;
  std::vector<Finding> findings_;
};

}  // namespace

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers) {
  KeyFileAudit audit{
      .facts = facts.file, .findings = KeyFileRules(facts, onlookers).run(), .network_mount = std::nullopt};
  if (facts.storage == posix::Storage::network) audit.network_mount = facts.mount_point.string();
  return audit;
}

std::uint32_t key_file_mode(const Account&) { return 0600; }

std::string key_file_permissions(const Account& service) { return service.owner() + ", 0600"; }

}  // namespace platform
