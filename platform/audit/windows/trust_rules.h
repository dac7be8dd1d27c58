// SPDX-License-Identifier: ISC
// What a security descriptor lets accounts do that nobody has a reason to trust. All rules for Windows use this. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/audit/windows/key_path_facts.h"

namespace platform::windows {

/// `takes_over`: either right lets an account give itself all others. `writes`: these rights change a file.
inline constexpr std::uint32_t takes_over = rights::write_list | rights::write_owner;
inline constexpr std::uint32_t writes = rights::write_data | rights::append_data | rights::erase | takes_over;

struct Grant {
  Sid sid;
  std::uint32_t mask = 0;
};

class TrustRules {
 public:
  explicit TrustRules(const Onlookers& onlookers) : onlookers_(onlookers) {}

  [[nodiscard]] bool is_trusted(const Sid& sid) const;
  [[nodiscard]] std::string name(const Sid& sid) const;
  /// One grant for each stranger. Entries for CREATOR OWNER and OWNER RIGHTS are left out, because they stand for the
  /// owner.
  [[nodiscard]] std::vector<Grant> grants_to_strangers(const SecurityDescriptor& descriptor) const;
  /// "owned by OM1\bob (everyone can read it)"
  [[nodiscard]] std::string found_as(const SecurityDescriptor& descriptor, const std::string& reason) const;

 protected:
  const Onlookers& onlookers_;
};

}  // namespace platform::windows
