// SPDX-License-Identifier: ISC
#include "platform/audit/posix/fact_texts.h"

#include <utility>

namespace platform {

std::string found_as(const FileFacts& facts, const std::string& reason) {
  return user_name(facts.uid) + ":" + group_name(facts.gid) + " " + octal(facts.mode) + " (" + reason + ")";
}

std::string special_bits_in(std::uint32_t mode) {
  std::string names;
  for (const auto& [bit, name] :
       {std::pair(04000U, "setuid"), std::pair(02000U, "setgid"), std::pair(01000U, "sticky")}) {
    if ((mode & bit) != 0) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

}  // namespace platform
