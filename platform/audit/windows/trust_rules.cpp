// SPDX-License-Identifier: ISC
#include "platform/audit/windows/trust_rules.h"

#include <algorithm>

#include "platform/accounts/windows/access.h"

namespace platform::windows {

bool TrustRules::is_trusted(const Sid& sid) const {
  return is_administrative(sid) || sid == onlookers_.service_sid || sid == onlookers_.caller;
}

std::string TrustRules::name(const Sid& sid) const {
  if (sid == everyone_sid()) return "everyone";
  // An account of a removed domain, or of another installation, has no name here.
  const std::string known = onlookers_.name_of(sid);
  return known == text_of(sid) ? known + " (an account that this host does not know)" : known;
}

std::vector<Grant> TrustRules::grants_to_strangers(const SecurityDescriptor& descriptor) const {
  // A descriptor without a list lets everyone do everything.
  if (!descriptor.entries) return {{everyone_sid(), rights::file_all}};
  std::vector<Grant> grants;
  for (const Entry& entry : *descriptor.entries) {
    const bool stranger = entry.grants() && entry.applies_here() && !is_trusted(entry.sid) &&
                          entry.sid != creator_owner_sid() && entry.sid != owner_rights_sid();
    // Several entries may name one account, and granted() adds them up.
    if (!stranger || std::ranges::find(grants, entry.sid, &Grant::sid) != grants.end()) continue;
    // An owner's implied rights have a finding of their own, so only the entries count here.
    SecurityDescriptor without_owner = descriptor;
    without_owner.owner = std::nullopt;
    grants.push_back({entry.sid, granted(without_owner, std::span(&entry.sid, 1))});
  }
  return grants;
}

std::string TrustRules::found_as(const SecurityDescriptor& descriptor, const std::string& reason) const {
  const std::string owned = descriptor.owner ? "owned by " + name(*descriptor.owner) : "owned by nobody";
  return owned + " (" + reason + ")";
}

}  // namespace platform::windows
