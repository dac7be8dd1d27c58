// SPDX-License-Identifier: ISC
// What to do about an error, as this user on this host would type it. Every line that it gives must be safe to run as
// printed.
#pragma once

#include <string>

#include "agent/config/options.h"
#include "agent/report/error_table.h"
#include "platform/base/result.h"

namespace agent {

/// Advice from the error table, or special advice where the fault lies in what restore or import was given. Empty if
/// nothing can be said.
std::string advice_for(platform::ErrorKind kind, const Options& options);
std::string advice_for(Reason reason, const Options& options);

/// The command that was given, with those of its arguments that matter for typing it again, from any directory. Secrets
/// are never among them.
std::string typed_again(const Options& options);

}  // namespace agent
