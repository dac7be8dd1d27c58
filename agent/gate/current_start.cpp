// SPDX-License-Identifier: ISC
#include "agent/gate/current_start.h"

#include <cstdlib>
#include <string_view>

#include "platform/processes/ancestors.h"

namespace agent {

std::string current_invocation() {
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread
  const char* given = std::getenv("INVOCATION_ID");
  // NOLINTEND(concurrency-mt-unsafe)
  const std::string_view text = given != nullptr ? given : "";
  constexpr std::size_t length = 32;
  // The environment is whatever the caller made of it, and this text goes into a note that root writes and prints. Only
  // systemd's own form is accepted.
  const bool plain = text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return plain ? std::string(text) : "";
}

std::vector<std::string> starts_of_this_process() {
  // A start script may change the account and lose the environment, but its processes still descend from the first.
  std::vector<std::string> starts = platform::ancestors();
  if (auto invocation = current_invocation(); !invocation.empty()) starts.push_back(std::move(invocation));
  return starts;
}

std::string this_start(Asked asked) {
  switch (asked) {
    case Asked::by_unit: return current_invocation();
    // A script may run itself again as another account, which loses the environment. So a script is known by its
    // process.
    case Asked::by_script: break;
  }
  const auto ancestors = platform::ancestors();
  return ancestors.empty() ? "" : ancestors.front();
}

}  // namespace agent
