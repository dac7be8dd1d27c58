// What to do about an error, as this user on this host would type it.
#pragma once

#include <string>

#include "agent/config/options.h"
#include "agent/report/error_table.h"
#include "platform/base/result.h"

namespace agent {

/// From the error table, and for what restore and import were given, advice of its own. Empty where nothing can be
/// said.
std::string advice_for(platform::ErrorKind kind, const Options& options);
std::string advice_for(Reason reason, const Options& options);

/// The command that was given, with what it was given where that is told in advice, to be typed in any directory.
std::string typed_again(const Options& options);

}  // namespace agent
