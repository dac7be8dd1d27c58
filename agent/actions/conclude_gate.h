// How every decision about a start of Ops Manager ends, whoever made it.
#pragma once

#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"

namespace agent {

/// Of the key file as it is now; empty when there is none.
std::string stamp_of_key(const Host& host);

/// For a report whose gate part has the decision and its reasons: a refusal may be overridden (which is used up) or let
/// pass by the policy "warn", the last line says what it comes to, and the note of it is saved. `stamp` was taken
/// before the key file was examined. Nothing is written in a dry run, nor by whoever may not.
platform::Result<void> conclude(const Host& host, const std::string& stamp, Report& report);

}  // namespace agent
