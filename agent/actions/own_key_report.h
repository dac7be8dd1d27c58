// SPDX-License-Identifier: ISC
// What commands that compare hosts say about this host's own key.
#pragma once

#include "agent/config/host.h"
#include "agent/report/report.h"
#include "keystore/host_key/host_key.h"
#include "platform/base/result.h"

namespace agent {

/// lost_key, no_key, or the problem of the key file. Without a key every peer would appear as disagreeing.
platform::Result<void> require_key(const Host& host, const keystore::Holding& holding);

/// Adds what is wrong with the record. Peers may agree with a key that is not the recorded one, and that is still not
/// success on this host.
void tell_own_record(const Host& host, const keystore::Holding& holding, Report& report);

}  // namespace agent
