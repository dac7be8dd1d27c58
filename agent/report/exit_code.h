// SPDX-License-Identifier: ISC
// The exit codes, and which one counts when several things are wrong. The codes of errors are in
// agent/report/error_table.h.
#pragma once

#include <initializer_list>

#include "agent/fleet/peer_answer.h"
#include "platform/audit/audit.h"

namespace agent {

/// The same for every command.
enum ExitCode : int {
  exit_done = 0,
  exit_failed = 1,
  exit_usage = 2,
  exit_attention = 10,
  exit_no_key = 11,
  exit_invalid_key = 12,
  exit_unsafe = 13,
  exit_other_key = 14,
  exit_no_answer = 15,
  exit_refused = 16,
  exit_would_overwrite = 17,
  exit_fault = 18,
};

ExitCode exit_code_for(PeerResult result);
/// Nobody here named a peer that introduced itself. Its other key is worth a look, and its silence is not.
ExitCode exit_code_for(PeerResult result, bool introduced);
ExitCode exit_code_for(platform::Severity severity);

/// The code that counts when several apply: 1, 2 and 17 before all, then 14, 12, 13, 11, 18, 16, 15, 10.
ExitCode worst(std::initializer_list<ExitCode> codes);
ExitCode worst(ExitCode left, ExitCode right);

}  // namespace agent
