// This host as a command sees it: options, configuration, installation and the paths of all files.
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
  platform::Account agent;           // the account of the processes that talk to peers
  std::optional<std::string> trial;  // a notice, when the agent's account is missing
  // A warning, when mms.conf comes to no path and files.key_file is the record's. Commands that can fix mms.conf get
  // none.
  std::optional<std::string> key_file_warning;
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

/// An unprivileged user's own configuration file is used as if it had been given with --config, if there is one and
/// no other was given.
Options with_own_configuration(Options options);

/// Fails with configuration, usage, bad_path or not_installed.
platform::Result<Host> examine_host(const Options& options);

/// Creates the state directory if it is missing. Fails with denied.
platform::Result<void> prepare(const Host& host);

/// Waits for a lock that another genkey-agent holds, and says so on a terminal. Fails with busy after
/// limits::lock_wait.
platform::Result<platform::FileLock> wait_for_lock(const Host& host, const platform::Path& file);

}  // namespace agent
