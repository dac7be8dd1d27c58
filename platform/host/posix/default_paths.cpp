// SPDX-License-Identifier: ISC
#include "platform/host/default_paths.h"

#include <cstdlib>

#include "platform/accounts/account.h"

namespace platform {

namespace {

// The XDG Base Directory Specification: the variable if it is an absolute path, otherwise a directory in the account's
// home.
Path personal_directory(const char* variable, const Path& below_home) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  const char* given = std::getenv(variable);
  if (given != nullptr && *given == '/') return Path(given) / "genkey-agent";
  return current_account().home / below_home / "genkey-agent";
}

}  // namespace

Path default_config_file() { return "/etc/genkey-agent/genkey-agent.toml"; }
Path default_state_directory() { return "/var/lib/genkey-agent"; }
Result<void> check_default_paths() { return {}; }
Path personal_config_directory() { return personal_directory("XDG_CONFIG_HOME", ".config"); }
Path personal_state_directory() { return personal_directory("XDG_STATE_HOME", Path(".local") / "state"); }
std::string_view agent_account_name() { return "genkey-agent"; }
std::string_view trial_account_name() { return "nobody"; }

}  // namespace platform
