// How this host shows itself to peers, and whose certificates it accepts besides pins.
#pragma once

#include <optional>

#include "agent/config/host.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "platform/base/result.h"

namespace agent {

/// The configured certificate, or the host's own identity, which is made if there is none.
platform::Result<Identity> own_identity(const Host& host);
/// A new identity in place of the host's own. In a dry run it is for this run alone.
platform::Result<Identity> new_identity(const Host& host);

/// The CA of the [tls] section. Nothing where the fleet uses pins alone.
std::optional<tls::Authority> own_authority(const Config& config);

}  // namespace agent
