// This host as a command sees it: what was asked, what the configuration says, where everything is.
#pragma once

#include <optional>
#include <string>

#include "agent/config/command_line.h"
#include "agent/config/config_file.h"
#include "agent/fleet/state_files.h"
#include "agent/protocol/address.h"
#include "agent/transport/identity.h"
#include "agent/transport/tls.h"
#include "keystore/host_key/host_key.h"
#include "platform/accounts/account.h"
#include "platform/files/lock.h"
#include "platform/ops_manager/installation.h"

namespace agent {

struct Host {
  Options options;
  Config config;
  platform::Installation installation;
  keystore::KeyFiles files;
  platform::Account agent;                  // its network processes' account
  std::optional<tls::Authority> authority;  // with a CA of the user's own
  std::optional<std::string> trial;         // a notice, when this is no regular installation
  std::string name;

  [[nodiscard]] platform::Path agent_directory() const { return files.state_directory / "agent"; }
  [[nodiscard]] platform::Path identity_file() const { return files.state_directory / "identity.pem"; }
  [[nodiscard]] platform::Path record_file() const { return files.state_directory / "record.json"; }
  [[nodiscard]] platform::Path claim_file() const { return files.state_directory / "claim.json"; }
  [[nodiscard]] RosterFile roster() const { return {agent_directory(), agent}; }
  [[nodiscard]] TicketFile tickets() const { return {agent_directory(), agent}; }
  /// What peers are told. May ask a name server for the qualified name.
  [[nodiscard]] Address address() const;
};

/// As if an unprivileged user had asked for the configuration of their own, where there is one and no other was asked
/// for.
Options with_own_configuration(Options options);

/// configuration, usage, bad_path or not_installed when something of it cannot be found out.
platform::Result<Host> examine_host(const Options& options);

/// Creates the state directory where needed. denied for whoever may not.
platform::Result<void> prepare(const Host& host);

/// A lock that another genkey-agent will soon give up: whoever waits for it at a terminal is told. busy after
/// limits::lock_wait.
platform::Result<platform::FileLock> wait_for_lock(const Host& host, const platform::Path& file);

/// The identity, made when there is none; or a new one in place of it. In a dry run it is for this run alone.
platform::Result<Identity> own_identity(const Host& host);
platform::Result<Identity> new_identity(const Host& host);

/// How this user on this host would type a command: "sudo genkey-agent --state-dir /x ensure --keep".
std::string command_line_for(const Options& options, const std::string& command);
/// The options of it alone, as words: "--state-dir", "/x".
std::vector<std::string> option_words_of(const Options& options);
/// The same, each with a blank before it: " --state-dir /x".
std::string options_line_for(const Options& options);
/// A word as the shell wants it.
std::string quoted(const std::string& word);

}  // namespace agent
