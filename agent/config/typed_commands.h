// SPDX-License-Identifier: ISC
// Commands as this user on this host would type them, for advice: this program's own, and those that start Ops Manager.
// People paste advice into a root shell, so each line is complete and quoted. Nothing is run here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config/host.h"

namespace agent {

/// "sudo genkey-agent ensure --keep --state-dir /x": the command and the options that name the installation.
std::string command_line_for(const Options& options, const std::string& command);
/// The same on another host, whose files have other names.
std::string command_line_elsewhere(const Options& options, const std::string& command);
/// A command of the system, as whoever may run it types it: "sudo systemctl daemon-reload".
std::string administrator_line(const Options& options, const std::string& line);
/// The options that say which installation is meant, as words without quotes: "--state-dir", "/x".
std::vector<std::string> option_words_of(const Options& options);
/// The same options as text, quoted, with a blank before each word: " --state-dir /x".
std::string options_line_for(const Options& options);
/// A word, quoted if the shell would read it as something else.
std::string quoted(const std::string& word);

/// "systemctl start mongodb-mms"; for an unpacked archive its start script, run as the service's account with that
/// account's home. Nothing if no installation is known.
std::optional<std::string> start_command(const Host& host);
/// The same for an Ops Manager that is running; on Windows two commands. None if no installation is known.
platform::Steps restart_steps(const Host& host);
/// This host's listener, which the service manager runs.
platform::Steps restart_listener_steps(const Options& options);
platform::Steps start_listener_steps(const Options& options);

}  // namespace agent
