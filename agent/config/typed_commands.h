// Commands as this user on this host would type them: this program's own, and those that start Ops Manager.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"

namespace agent {

/// "sudo genkey-agent ensure --keep --state-dir /x": the command with the options that say which host is meant.
std::string command_line_for(const Options& options, const std::string& command);
/// Those options alone, as words: "--state-dir", "/x".
std::vector<std::string> option_words_of(const Options& options);
/// The same, each with a blank before it: " --state-dir /x".
std::string options_line_for(const Options& options);
/// A word as the shell wants it.
std::string quoted(const std::string& word);

/// "systemctl start mongodb-mms"; for an archive the start script, as the service's account with its home. Nothing
/// where no installation is known.
std::optional<std::string> start_command(const Host& host);
/// The same for one that runs.
std::optional<std::string> restart_command(const Host& host);

}  // namespace agent
