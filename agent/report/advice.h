// What to do about an error: the one table from kinds of errors to exit codes and to the command that mends it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "agent/config/options.h"
#include "agent/fleet/peer_answer.h"
#include "agent/gate/decision.h"
#include "platform/audit/audit.h"
#include "platform/base/result.h"

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
};

ExitCode exit_code_for(platform::ErrorKind kind);
ExitCode exit_code_for(Reason reason);
ExitCode exit_code_for(PeerResult result);
ExitCode exit_code_for(platform::Severity severity);
std::string_view name_of(platform::ErrorKind kind);

/// When several apply: 14, 12, 13, 11, 16, 15, 10, in this order; 1, 2 and 17 before all.
ExitCode worst(std::initializer_list<ExitCode> codes);
ExitCode worst(ExitCode left, ExitCode right);

/// The command that mends it, as this user on this host would type it; empty where there is none.
std::string advice_for(platform::ErrorKind kind, const Options& options);
std::string advice_for(Reason reason, const Options& options);

/// For people: "the key on this host is not the recorded one".
std::string_view describe(Reason reason);

/// The command that was given, with what it was given where that is told in advice, to be typed in any directory.
std::string typed_again(const Options& options);

}  // namespace agent
