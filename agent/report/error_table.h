// SPDX-License-Identifier: ISC
// The one table of error kinds: for each its name, its exit code, and what to do about it. A reason of the gate counts
// as one of these kinds.
#pragma once

#include <array>
#include <string_view>

#include "agent/gate/decision.h"
#include "agent/report/exit_code.h"
#include "platform/base/result.h"

namespace agent {

/// One step of a row; both parts empty where a row has fewer steps.
struct StepEntry {
  std::string_view purpose = {};  // may hold {programs}
  std::string_view command = {};  // "@": the command that failed. "?": its help. "^invite": typed on another host
};

struct ErrorEntry {
  platform::ErrorKind kind;
  std::string_view name;
  ExitCode code;
  std::array<StepEntry, 3> steps;
};
const ErrorEntry& entry_for(platform::ErrorKind kind);

std::string_view name_of(platform::ErrorKind kind);
ExitCode exit_code_for(platform::ErrorKind kind);

platform::ErrorKind kind_of(Reason reason);
ExitCode exit_code_for(Reason reason);
/// For people: "the key on this host is not the one recorded for it".
std::string_view describe(Reason reason);

}  // namespace agent
