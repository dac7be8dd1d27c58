// This host as a command sees it: what was asked, what the configuration says, where everything is.
#pragma once

#include <optional>
#include <string>

#include "agent/config/config_file.h"
#include "agent/config/options.h"
#include "agent/protocol/address.h"
#include "keystore/host_key/host_key.h"
#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/lock.h"
#include "platform/ops_manager/installation.h"

namespace agent {

struct Host {
  Options options;
  Config config;
  platform::Installation installation;
  keystore::KeyFiles files;
  platform::Account agent;           // its network processes' account
  std::optional<std::string> trial;  // a notice, when this is no regular installation
  std::string name;

  [[nodiscard]] platform::Path agent_directory() const { return files.state_directory / "agent"; }
  [[nodiscard]] platform::Path identity_file() const { return files.state_directory / "identity.pem"; }
  [[nodiscard]] platform::Path record_file() const { return files.state_directory / "record.json"; }
  [[nodiscard]] platform::Path claim_file() const { return files.state_directory / "claim.json"; }
  /// The lock of every command that changes the key, the record or the notes.
  [[nodiscard]] platform::Path lock_file() const { return files.state_directory / "lock"; }
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

}  // namespace agent
