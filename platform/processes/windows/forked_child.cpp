#include "platform/processes/forked_child.h"

#include <exception>

namespace platform {

// Windows has no fork, and the account that could read less than this one cannot be had without a password. So the work
// is done here, and what it throws is told as what a crashed child would be.
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
