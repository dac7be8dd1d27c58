// SPDX-License-Identifier: ISC
// The identity that this host shows to peers, and the CA whose certificates it accepts besides pins.
#pragma once

#include <optional>

#include "agent/config/host.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "platform/base/result.h"

namespace agent {

/// The configured certificate, or the host's own identity, which is made if its file is missing. A file that cannot be
/// read is an error and is never replaced.
platform::Result<Identity> own_identity(const Host& host);
/// Makes and saves a new identity in place of the host's own; peers then know this host under a new pin. In a dry run
/// nothing is saved.
platform::Result<Identity> new_identity(const Host& host);

/// The CA of the [tls] section. Nothing where the fleet uses only pins.
std::optional<tls::Authority> own_authority(const Config& config);

}  // namespace agent
