// SPDX-License-Identifier: ISC
#include "platform/audit/posix/own_file_rules.h"

#include "platform/audit/posix/fact_texts.h"

namespace platform {

namespace {

using Kind = FindingKind;

}  // namespace

Finding stray_copy(const PathStep& copy, const Path& key_file) {
  // A copy that only its owner can read may be deliberate.
  const bool open = (copy.facts.mode & 0044U) != 0;
  return {.kind = Kind::stray_copy,
          .severity = open ? Severity::too_open : Severity::note,
          .path = copy.path,
          .expected = "no copy of " + key_file.string(),
          .found = found_as(copy.facts, "by its name a copy of the key"),
          .belongs_to = copy.facts.uid};
}

std::vector<Finding> check_own_file(const OwnFile& expected, const FileFacts& facts) {
  std::vector<Finding> findings;
  const std::string owner = user_name(expected.uid);
  const auto add = [&](Kind kind, Severity severity, const std::string& reason) {
    findings.push_back({.kind = kind,
                        .severity = severity,
                        .path = expected.path,
                        .expected = owner + " " + octal(expected.most_open) + " or less",
                        .found = found_as(facts, reason),
                        .belongs_to = facts.uid,
                        .right_owner = owner,
                        .right_mode = expected.most_open});
  };
  // The other rules would describe the mode of a link or device, which says nothing about our file.
  if (facts.type != FileType::regular && facts.type != FileType::directory) {
    add(Kind::not_regular, Severity::broken, noun_of(facts.type));
    return findings;
  }
  // On a directory setgid and sticky decide who owns new files and who may remove them. Neither gives access.
  const std::uint32_t harmless = facts.type == FileType::directory ? 03000U : 0U;
  const std::uint32_t extra = facts.mode & ~(expected.most_open | harmless);
  if (facts.uid != expected.uid) add(Kind::wrong_owner, Severity::broken, "owned by " + user_name(facts.uid));
  if ((extra & 0022U) != 0) add(Kind::writable_by_others, Severity::broken, "others can write it");
  if ((extra & 0004U) != 0) add(Kind::readable_by_others, Severity::too_open, "everyone can read it");
  // Everyone includes the group, so the group is named only when it alone can read.
  if ((extra & 0044U) == 0040U) {
    add(Kind::readable_by_group, Severity::too_open, "the group " + group_name(facts.gid) + " can read it");
  }
  if ((extra & 0111U) != 0) {
    add(Kind::executable, Severity::too_open,
        facts.type == FileType::directory ? "others can search it" : "executable");
  }
  if ((extra & 07000U) != 0) add(Kind::special_bits, Severity::too_open, special_bits_in(facts.mode));
  return findings;
}

}  // namespace platform
