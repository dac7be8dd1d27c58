// SPDX-License-Identifier: ISC
#include "platform/audit/windows/key_file_rules.h"

#include <algorithm>

#include "platform/accounts/windows/access.h"
#include "platform/audit/windows/own_file_rules.h"
#include "platform/audit/windows/trust_rules.h"

namespace platform::windows {

namespace {

using Kind = FindingKind;

constexpr std::uint64_t key_size = 24;

// For sentences: "read", "write" or "read and write".
std::string deeds(std::uint32_t mask) {
  if ((mask & writes) == 0) return "read";
  return (mask & rights::read_data) != 0 ? "read and write" : "write";
}

class KeyFileRules : TrustRules {
 public:
  KeyFileRules(const KeyPathFacts& facts, const Onlookers& onlookers) : TrustRules(onlookers), facts_(facts) {}

  std::vector<Finding> run() {
    for (const PathStep& step : facts_.above) check_step(step);
    if (facts_.file) {
      check_file(*facts_.file);
    } else if (!facts_.blocked) {
      add_about_file(Kind::missing, Severity::note, "no file");
    }
    check_blocked();
    check_surroundings();
    return std::move(findings_);
  }

 private:
  Finding& add(Kind kind, Severity severity, const Path& path, std::string expected, std::string found) {
    findings_.push_back(
        {.kind = kind, .severity = severity, .path = path, .expected = std::move(expected), .found = std::move(found)});
    return findings_.back();
  }

  void add_about_file(Kind kind, Severity severity, std::string found) {
    add(kind, severity, facts_.key_file, expected_file(), std::move(found));
  }

  [[nodiscard]] std::string expected_file() const {
    const bool administrative = is_administrative(onlookers_.service_sid);
    return "a file of SYSTEM and Administrators" +
           (administrative ? std::string(" alone") : " that only " + onlookers_.service + " can read");
  }

  [[nodiscard]] std::string trusted_names() const {
    const bool administrative = is_administrative(onlookers_.service_sid);
    return administrative ? "SYSTEM and Administrators" : "SYSTEM, Administrators and " + onlookers_.service;
  }

  void check_step(const PathStep& step) {
    if (step.is_link) {
      // Every link counts, whoever made it: ordinary accounts can create junctions.
      add(Kind::link_in_path, Severity::broken, step.path, "a directory", "a link or junction").type =
          FileType::symlink;
    } else if (step.descriptor) {
      check_directory(step, *step.descriptor);
    }
  }

  void check_directory(const PathStep& step, const SecurityDescriptor& descriptor) {
    const auto add_about_directory = [&](Kind kind, const std::string& why) {
      add(kind, Severity::broken, step.path, "a directory that only " + trusted_names() + " can change",
          found_as(descriptor, why))
          .type = FileType::directory;
    };
    if (descriptor.owner && !is_trusted(*descriptor.owner))
      add_about_directory(Kind::directory_owner, "its owner can swap the key");
    const std::uint32_t swaps = swapping_rights(step);
    for (const Grant& grant : grants_to_strangers(descriptor)) {
      // One finding for a directory is enough: the same command takes away all such rights.
      if ((grant.mask & swaps) == 0) continue;
      add_about_directory(Kind::directory_writable, name(grant.sid) + " can swap the key");
      return;
    }
  }

  // These rights let a stranger replace this directory or the key: by renaming the directory (a drive's root cannot be
  // renamed), by removing what is in it, or by taking over its access list. Adding a file matters only in the key's own
  // directory.
  [[nodiscard]] std::uint32_t swapping_rights(const PathStep& step) const {
    std::uint32_t swaps = rights::delete_child | takes_over;
    if (&step != &facts_.above.front()) swaps |= rights::erase;
    if (&step == &facts_.above.back()) swaps |= rights::write_data;
    return swaps;
  }

  void check_file(const FileFacts& file) {
    if (file.type != FileType::regular) {
      const std::string what = file.type == FileType::symlink ? "a link or junction" : noun_of(file.type);
      add(Kind::not_regular, Severity::broken, facts_.key_file, "a regular file", what);
      return;
    }
    if (file.links > 1) {
      add(Kind::several_names, Severity::broken, facts_.key_file, "one name",
          std::to_string(file.links) + " names (hard links)");
    }
    if (file.size != key_size) {
      add(Kind::wrong_size, Severity::note, facts_.key_file, std::to_string(key_size) + " bytes",
          std::to_string(file.size) + " bytes");
    }
    // Copies and backups of the file carry its streams along, and nobody sees them.
    for (const std::string& stream : facts_.streams) {
      add(Kind::alternate_stream, Severity::note, facts_.key_file, "no content but the key",
          "the alternate stream " + stream + ", which can hold a copy of it");
    }
    if (facts_.descriptor) check_descriptor(*facts_.descriptor);
    if (facts_.is_read_only) {
      add(Kind::immutable, Severity::note, facts_.key_file, "a file that can be replaced",
          "a file with the read-only attribute");
    }
  }

  void check_descriptor(const SecurityDescriptor& descriptor) {
    // Whatever the list says now: an owner can change it at any time.
    if (!descriptor.owner || !is_trusted(*descriptor.owner))
      add_about_file(Kind::wrong_owner, Severity::broken, found_as(descriptor, "its owner can change it"));
    if ((granted(descriptor, onlookers_.service_groups) & rights::read_data) == 0) {
      add_about_file(Kind::service_cannot_read, Severity::broken,
                     found_as(descriptor, onlookers_.service + " cannot read it"));
    }
    // A file without a list, as on FAT: everyone may do everything.
    if (!descriptor.entries) {
      add_about_file(Kind::writable_by_others, Severity::broken,
                     found_as(descriptor, "without an access list, so that everyone can do everything"));
      return;
    }
    for (const Grant& grant : grants_to_strangers(descriptor)) check_grant(descriptor, grant);
    check_odd_entries(*descriptor.entries);
    check_inheritance(descriptor);
  }

  void check_grant(const SecurityDescriptor& descriptor, const Grant& grant) {
    const std::string why = found_as(descriptor, name(grant.sid) + " can " + deeds(grant.mask) + " it");
    const bool writing = (grant.mask & writes) != 0;
    // Attributes and the access list itself are not secret.
    if (!writing && (grant.mask & rights::read_data) == 0) return;
    const Severity severity = writing ? Severity::broken : Severity::too_open;
    if (!is_everybody(grant.sid)) return add_about_file(Kind::extended_acl, severity, why);
    add_about_file(writing ? Kind::writable_by_others : Kind::readable_by_others, severity, why);
  }

  void check_odd_entries(const Entries& entries) {
    for (const Entry& entry : entries) {
      // An entry that this program does not know may let anybody do anything.
      if (!entry.is_known()) {
        add_about_file(Kind::extended_acl, Severity::too_open, "an access list with an entry of an unknown kind");
      } else if (entry.denies() && entry.applies_here()) {
        add_about_file(Kind::extended_acl, Severity::note,
                       "an access list that denies something to " + name(entry.sid));
      }
    }
  }

  // Inherited entries have findings of their own. This finding says that a change above could add more.
  void check_inheritance(const SecurityDescriptor& descriptor) {
    const bool inherits = !descriptor.is_protected || std::ranges::any_of(*descriptor.entries, &Entry::is_inherited);
    if (inherits)
      add_about_file(Kind::extended_acl, Severity::note, "an access list that inherits from the directory above");
  }

  // A finding about a directory may explain already why the file could not be examined. If not, the system's reason
  // does.
  void check_blocked() {
    const bool explained =
        std::ranges::any_of(findings_, [](const Finding& finding) { return finding.severity == Severity::broken; });
    if (!facts_.blocked || explained) return;
    add(Kind::service_cannot_read, Severity::broken, facts_.key_file, "a file that can be examined",
        facts_.blocked->message);
  }

  void check_surroundings() {
    if (facts_.network) {
      add(Kind::network_file_system, Severity::note, facts_.key_file, "a disk of this host's own",
          "the network share " + *facts_.network + " (a single point of failure)");
    }
    for (const Path& other : facts_.other_candidates) {
      add(Kind::second_candidate, Severity::note, other, "only " + facts_.key_file.string(),
          "another file that Ops Manager could take for the key");
    }
    for (const PathStep& copy : facts_.stray_copies) findings_.push_back(stray_copy(copy, facts_.key_file, onlookers_));
  }

  const KeyPathFacts& facts_;
  std::vector<Finding> findings_;
};

}  // namespace

KeyFileAudit check_key_file(const KeyPathFacts& facts, const Onlookers& onlookers) {
  return {.facts = facts.file, .findings = KeyFileRules(facts, onlookers).run(), .network_mount = facts.network};
}

}  // namespace platform::windows
