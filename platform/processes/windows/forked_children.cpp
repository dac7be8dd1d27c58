// SPDX-License-Identifier: ISC
#include "platform/processes/forked_children.h"

#include <exception>

namespace platform {

// Windows has no fork(2), so one piece of work comes after the other. What takes too long cannot be ended.
std::vector<ChildResult> run_in_children(std::size_t count, const ChildrenLimits& limits,
                                         const std::function<Bytes(std::size_t)>& work) {
  std::vector<ChildResult> results(count);
  const auto end = std::chrono::steady_clock::now() + limits.all;
  for (std::size_t at = 0; at < count && std::chrono::steady_clock::now() < end; ++at) {
    results[at].end = ChildEnd::died;
    try {
      Bytes said = work(at);
      if (said.size() <= limits.said) results[at] = {ChildEnd::reported, std::move(said)};
    } catch (const std::exception&) {
      results[at].said.clear();
    }
  }
  return results;
}

}  // namespace platform
