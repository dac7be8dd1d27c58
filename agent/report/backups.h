// SPDX-License-Identifier: ISC
// What is said about this host's backups. All of it comes from the host's notes; no destination is asked, so a copy
// that was removed there may still appear as present.
#pragma once

#include <string>

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "keystore/host_key/host_key.h"

namespace agent {

/// Adds to a status how old the copies at each destination are. A stale copy makes it exit_attention.
void tell_backups(const Host& host, const keystore::Holding& holding, Report& report);

/// Adds a warning for each destination whose newest copy nobody has opened for too long, and makes it exit_attention.
void tell_stale_drills(const Host& host, Report& report);

/// Adds a destination that failed, with advice; the report gets the exit code of the error if that is worse.
void tell_failed_destination(const Host& host, const std::string& destination, const platform::Error& error,
                             Report& report);

/// For a host without recipients or destinations.
Message not_backed_up(const Options& options);

}  // namespace agent
