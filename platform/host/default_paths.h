// Where a program keeps its settings and state on this system, and as whom its service runs.
#pragma once

#include <string_view>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

Path default_config_file();
Path default_state_directory();
/// unsafe_path when somebody else than an administrator could have made these two, or can write there. On Windows
/// anybody may make a directory beside them; elsewhere this says nothing that the system does not.
Result<void> check_default_paths();
/// An unprivileged user's own.
Path personal_config_directory();
Path personal_state_directory();

/// As find_account() takes it.
std::string_view agent_account_name();
/// Instead of it, where there is none: an account that owns nothing.
std::string_view trial_account_name();

}  // namespace platform
