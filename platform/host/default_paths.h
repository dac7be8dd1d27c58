// SPDX-License-Identifier: ISC
// Where the program keeps settings and state on this system, and the account of its service. Creates nothing.
#pragma once

#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

Path default_config_file();
Path default_state_directory();
/// unsafe_path when anyone but an administrator could have made these two, or can write there. Only Windows needs it,
/// because there anybody may create directories in ProgramData. Elsewhere it always succeeds.
Result<void> check_default_paths();
/// The directories of an unprivileged user.
Path personal_config_directory();
Path personal_state_directory();

/// The account of the service, in the form that find_account() takes.
std::string_view agent_account_name();
/// An account that owns nothing, for hosts where the service's account does not exist.
std::string_view trial_account_name();

}  // namespace platform
