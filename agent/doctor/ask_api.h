// SPDX-License-Identifier: ISC
// Asks the administration API of Ops Manager on this host, through genkey-agent-doctor, with an API key.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/doctor/evidence.h"
#include "agent/doctor/run_program.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace agent {

struct ApiKey {
  platform::SecretBytes user;  // the public part
  platform::SecretBytes key;   // the private part
};

/// One line PUBLIC:PRIVATE, in a file that nobody but its owner may read. An error says what is wrong, and never
/// repeats a byte of the file.
platform::Result<ApiKey> read_api_key(const platform::Path& file);

/// Never fails: what could not be asked is missing, with the reason.
ApiEvidence ask_api(const Evidence& evidence, platform::Result<ApiKey> key,
                    const platform::Result<DoctorProgram>& program);

/// What a person provides when nobody said where the key is.
inline constexpr const char* api_key_is_missing =
    "an API key of Ops Manager: a line such as api_key_file = \"/etc/genkey-agent/api-key\" below [doctor] in "
    "genkey-agent.toml";

}  // namespace agent
