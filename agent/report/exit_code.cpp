// SPDX-License-Identifier: ISC
#include "agent/report/exit_code.h"

#include <algorithm>
#include <array>

namespace agent {

ExitCode exit_code_for(PeerResult result) {
  switch (result) {
    case PeerResult::agree:
    // This host's own entry in a shared list of peers is not a fault.
    case PeerResult::self: return exit_done;
    case PeerResult::disagree:
    case PeerResult::has_key: return exit_other_key;
    // A host without a key proves nothing, as if it had not answered.
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::incompatible: return exit_no_answer;
    case PeerResult::untrusted:
    // Both need a person: only they know whether the host was made anew or copied.
    case PeerResult::clone: return exit_refused;
    // A person removed it, and it is still asked: the list of peers has to be corrected.
    case PeerResult::removed: return exit_attention;
  }
  __builtin_unreachable();
}

ExitCode exit_code_for(PeerResult result, bool introduced) {
  if (introduced) return exit_code_for(result);
  return result == PeerResult::disagree || result == PeerResult::clone ? exit_attention : exit_done;
}

ExitCode exit_code_for(platform::Severity severity) {
  switch (severity) {
    case platform::Severity::note: return exit_done;
    case platform::Severity::too_open: return exit_attention;
    case platform::Severity::broken: return exit_unsafe;
  }
  __builtin_unreachable();
}

ExitCode worst(std::initializer_list<ExitCode> codes) {
  // By what harm it would do to overlook it: a failed or refused command first, then a wrong key, then a key that
  // cannot be used, then a fault of the installation, then other hosts. Every code stands here, so the search below
  // always finds one.
  constexpr std::array order = {exit_failed,      exit_usage,     exit_would_overwrite, exit_other_key,
                                exit_invalid_key, exit_unsafe,    exit_no_key,          exit_fault,
                                exit_refused,     exit_no_answer, exit_attention,       exit_done};
  return *std::ranges::find_first_of(order, codes);
}

ExitCode worst(ExitCode left, ExitCode right) { return worst({left, right}); }

}  // namespace agent
