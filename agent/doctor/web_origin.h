// SPDX-License-Identifier: ISC
// Where Ops Manager is reached: through the load balancer, and on a host without it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/doctor/evidence.h"
#include "agent/doctor/program_request.h"
#include "platform/base/result.h"

namespace agent {

/// What a person provides when the URL is not known.
inline constexpr const char* url_is_missing =
    "the URL to Access Ops Manager: a line such as url = \"https://opsmanager.example.com\" below [doctor] in "
    "genkey-agent.toml";

/// As an administrator writes it; a path behind it is ignored. Nothing for other text.
std::optional<HttpOrigin> parse_origin(std::string_view url);

/// The first that there is: `given` (--url), what the facts of the hosts say if all that have it agree, and
/// `configured`
/// ([doctor] url).
std::optional<HttpOrigin> balancer_origin(const Evidence& evidence, const std::optional<std::string>& given,
                                          const std::optional<std::string>& configured);

/// The web server of a host, this one at 127.0.0.1, whatever its certificate. Fails with what is missing.
platform::Result<HttpOrigin> web_origin_of(const HostEvidence& host);

/// The header that the hosts take a client's address from, by their files; otherwise the usual one.
std::string configured_header(const Evidence& evidence);

}  // namespace agent
