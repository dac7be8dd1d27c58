// SPDX-License-Identifier: ISC
// Looks into the facts of a host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/doctor/evidence.h"

namespace agent {

/// Nothing when nobody knows, or nobody here named that host; empty when there is nothing.
std::optional<std::string> reported(const HostEvidence& host, std::string_view name);
bool has_fact(const HostEvidence& host, std::string_view name, std::string_view value);

/// Whether the name is one that a host of the evidence calls itself. Null when it is not.
const HostEvidence* host_named(const Evidence& evidence, std::string_view name);
/// Whether the numeric address is one of a host's interfaces. Null when it is not.
const HostEvidence* host_with_address(const Evidence& evidence, std::string_view address);

/// Whether Ops Manager started there less than limits::start_takes ago. False when nobody knows.
bool started_lately(const HostEvidence& host);
/// Since its facts were collected, so that it may run for less time than they say. Not true of this host, nor of a peer
/// whose facts are of this run.
bool may_have_restarted(const HostEvidence& host);

/// What must change so that this host's settings, start logs or processes can be read.
std::string needs_for_settings(const HostEvidence& host);
std::string needs_for_logs(const HostEvidence& host);
std::string needs_for_agent(const HostEvidence& host);
std::string needs_for_record(const HostEvidence& host);

}  // namespace agent
