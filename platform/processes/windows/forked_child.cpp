// SPDX-License-Identifier: ISC
#include "platform/processes/forked_child.h"

#include <exception>

namespace platform {

// Windows has no fork(2), and another account cannot be used without its password. So the work runs here. An exception
// is reported as a crashed child would be.
Result<ChildReport> run_in_child(const std::optional<Account>& /*account*/, const ChildLimits& limits,
                                 const std::function<ChildReport()>& work) {
  try {
    ChildReport report = work();
    const bool too_much = report.secret.size() > limits.secret || report.said.size() > limits.said;
    if (too_much) return fail(ErrorKind::peer_silent, "the process that talks to peers said too much");
    return report;
  } catch (const std::exception& error) {
    return fail(ErrorKind::peer_silent, std::string("what talks to peers failed: ") + error.what());
  }
}

}  // namespace platform
