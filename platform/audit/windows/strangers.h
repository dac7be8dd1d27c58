// What every judgement here asks of a security descriptor: what may those do whom nobody has a reason to trust? Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/accounts/windows/security_descriptor.h"
#include "platform/audit/windows/audit_facts.h"

namespace platform::windows {

/// Rights by which somebody can give himself all others, and by which he changes a file.
inline constexpr std::uint32_t takes_over = rights::write_list | rights::write_owner;
inline constexpr std::uint32_t writes = rights::write_data | rights::append_data | rights::erase | takes_over;

struct Grant {
  Sid sid;
  std::uint32_t mask = 0;
};

class Judge {
 public:
  explicit Judge(const Onlookers& onlookers) : onlookers_(onlookers) {}

  [[nodiscard]] bool is_trusted(const Sid& sid) const;
  [[nodiscard]] std::string name(const Sid& sid) const;
  /// One for each stranger. Entries that stand for an owner name nobody else.
  [[nodiscard]] std::vector<Grant> grants_to_strangers(const Descriptor& descriptor) const;
  /// "owned by OM1\bob (everyone can read it)"
  [[nodiscard]] std::string found_as(const Descriptor& descriptor, const std::string& reason) const;

 protected:
  const Onlookers& onlookers_;
};

}  // namespace platform::windows
