// SPDX-License-Identifier: ISC
#include "platform/audit/windows/own_file_rules.h"

#include <algorithm>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/sddl.h"
#include "platform/audit/windows/trust_rules.h"

namespace platform::windows {

namespace {

using Kind = FindingKind;

}  // namespace

Finding stray_copy(const PathStep& copy, const Path& key_file, const Onlookers& onlookers) {
  const TrustRules trust(onlookers);
  // A descriptor that cannot be read is treated as empty: only the owner is known then.
  const SecurityDescriptor descriptor = copy.descriptor.value_or(SecurityDescriptor());
  const auto grants = trust.grants_to_strangers(descriptor);
  const bool open =
      std::ranges::any_of(grants, [](const Grant& grant) { return (grant.mask & (writes | rights::read_data)) != 0; });
  return {.kind = Kind::stray_copy,
          .severity = open ? Severity::too_open : Severity::note,
          .path = copy.path,
          .expected = "no copy of " + key_file.string(),
          .found = trust.found_as(descriptor, "by its name a copy of the key")};
}

std::vector<Finding> check_own_file(const OwnFileFacts& facts, const Onlookers& onlookers) {
  const TrustRules trust(onlookers);
  std::vector<Finding> findings;
  const auto add = [&](Kind kind, Severity severity, const std::string& reason) {
    findings.push_back({.kind = kind,
                        .severity = severity,
                        .path = facts.expected.path,
                        .expected = sddl_of(facts.right).value_or("") + " or less",
                        .found = trust.found_as(facts.found, reason),
                        .type = facts.facts.type,
                        .right_mode = facts.expected.most_open});
  };
  if (facts.facts.type != FileType::regular && facts.facts.type != FileType::directory) {
    add(Kind::not_regular, Severity::broken, noun_of(facts.facts.type));
    return findings;
  }
  const std::optional<Sid>& owner = facts.found.owner;
  // Installers create files as Administrators, so Administrators may own the agent's files.
  const bool right_owner = owner && (owner == facts.right.owner || trust.is_trusted(*owner));
  if (!right_owner) add(Kind::wrong_owner, Severity::broken, "its owner can change it");
  for (const Grant& grant : trust.grants_to_strangers(facts.found)) {
    // Rights that the right descriptor gives as well are not a finding.
    const std::uint32_t extra = grant.mask & ~granted(facts.right, std::span(&grant.sid, 1));
    const std::string who = trust.name(grant.sid);
    const bool everybody = is_everybody(grant.sid);
    if ((extra & writes) != 0) {
      add(everybody ? Kind::writable_by_others : Kind::extended_acl, Severity::broken, who + " can write it");
    } else if ((extra & rights::read_data) != 0) {
      add(everybody ? Kind::readable_by_others : Kind::extended_acl, Severity::too_open, who + " can read it");
    }
  }
  return findings;
}

}  // namespace platform::windows
