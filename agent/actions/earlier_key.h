// SPDX-License-Identifier: ISC
// What says, besides the key file, that a new key would be a second one: the peers, the settings of Ops Manager and the
// copies at the backup destinations.
#pragma once

#include <vector>

#include "agent/config/host.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/report/report.h"
#include "keystore/host_key/record.h"

namespace agent {

/// For a fleet's first key. key_elsewhere when a peer has a key; peers_unknown when one may have a key and does not
/// tell. For a person, who may know that a host is not there yet, silence is a warning, and a removed host does not
/// matter.
platform::Result<void> check_no_key_at_peers(const Host& host, const std::vector<PeerVerdict>& peers, Report& report);

/// encrypted_credentials, or credentials_unknown when the settings cannot be read.
platform::Result<void> check_no_credentials(const Host& host);

/// For a fleet's first key. key_backed_up when a destination lists a copy of any key, or of the settings of a host that
/// had one, or when this host's notes name one; backups_unknown when a destination cannot be listed. A directory that
/// the first backup would make is empty for a person, who gets a warning, and unknown otherwise. Asks every destination
/// for up to limits::backup_patience_beside, so hold no lock.
platform::Result<void> check_no_copies(const Host& host, Report& report);

/// For the next generation of this key. key_backed_up when a destination lists a later one of its fleet. A destination
/// that cannot be listed is a warning. Takes as long as check_no_copies().
platform::Result<void> check_no_later_copy(const Host& host, const keystore::Record& present, Report& report);

}  // namespace agent
