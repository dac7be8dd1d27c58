// SPDX-License-Identifier: ISC
// Doctor's requests in the access log of this host's web server. Links are not followed, because the service's account
// can replace its logs.
#pragma once

#include <string>

#include "agent/doctor/access_log.h"
#include "platform/base/result.h"
#include "platform/ops_manager/installation.h"

namespace agent {

/// Of the end of logs/mms0-access.log, and of what was put aside to logs/http_access/ within the last minute. A log
/// that nobody wrote to for ten minutes is not read. Fails when there is no such log, or it cannot be read.
platform::Result<Probes> own_probes(const platform::Installation& installation);

/// The same as facts, for own_facts(). Empty when it fails.
Facts probe_facts(const platform::Installation& installation);

/// What the pattern of the access log leaves out, by the text of conf/logback-access.xml, as part of a sentence: only
/// to explain why no request was found. Empty when it says nothing.
std::string log_pattern(const platform::Installation& installation);
/// Pure.
std::string explain_pattern(std::string_view configuration);

}  // namespace agent
