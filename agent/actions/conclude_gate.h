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
/// override, or let pass by the policy "warn". The last line then says the outcome, and the note of it is saved.
/// `stamp` must be taken before the key file is examined: a change in between then shows. A dry run writes nothing. An
/// error means that an override could not be taken away.
platform::Result<void> conclude(const Host& host, const std::string& stamp, Report& report);

}  // namespace agent
