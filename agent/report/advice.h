// SPDX-License-Identifier: ISC
// What to do about an error, as this user on this host would type it. Every line that it gives must be safe to run as
// printed.
#pragma once

#include <string>

#include "agent/config/options.h"
#include "agent/report/error_table.h"
#include "agent/report/message.h"
#include "platform/base/result.h"

namespace agent {

/// The steps of the error table, or others where the fault lies in what restore or import was given. None if nothing
/// can be said.
platform::Steps steps_for(platform::ErrorKind kind, const Options& options);
platform::Steps steps_for(Reason reason, const Options& options);
/// Those that the error brings with it, then those of its kind.
platform::Steps steps_for(const platform::Error& error, const Options& options);
/// The error's sentence behind `context`, which ends with its own punctuation, and its steps.
Message message_about(const platform::Error& error, const Options& options, const std::string& context = "");

/// The command that was given, with those of its arguments that matter for typing it again, from any directory. Secrets
/// are never among them.
std::string typed_again(const Options& options);

}  // namespace agent
