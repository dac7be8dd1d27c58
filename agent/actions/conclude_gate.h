// SPDX-License-Identifier: ISC
// How every decision about a start of Ops Manager ends, whichever command made it.
#pragma once

#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// The stamp of the key file as it is now. Empty when there is no file or it cannot be examined.
std::string stamp_of_key(const Host& host);

/// For a report whose gate part has the decision and its reasons. A refusal may be overridden, which uses up the
/// override, or let pass by the policy "warn", which uses up nothing. The last line then says the outcome, and the note
/// of it is saved. `stamp` must be taken before the key file is examined: a change in between then shows. A dry run
/// writes nothing. What cannot be read or written here is a warning: the decision stands.
void conclude(const Host& host, const std::string& stamp, Report& report);

/// Puts what is wrong in the configuration before the other warnings. conclude() does it too.
void warn_of_mistakes(const Host& host, Report& report);

/// The last word about a start: under a policy that refuses nothing, an error becomes a report that lets Ops Manager
/// start and says what failed. Other answers, and those of commands that do not decide about a start, are unchanged.
platform::Result<Report> under_policy(platform::Result<Report> answer, const Options& options,
                                      const Settings& settings);

}  // namespace agent
