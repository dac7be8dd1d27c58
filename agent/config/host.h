// SPDX-License-Identifier: ISC
// This host as a command sees it: options, configuration, installation and the paths of all files. Options
// take precedence over the configuration, and the configuration over what is found on the host.
//
// Made once for each command and not changed by it. It says where things are; whether there is a key, and which, is in
// keystore::Holding.
#pragma once

#include <optional>
#include <string>
#include <vector>

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
  // What is wrong in the configuration, and does not stop the gate. Empty for all other commands, which refuse it.
  std::vector<Mistake> mistakes;
  platform::Installation installation;
  keystore::KeyFiles files;
  platform::Account agent;           // the account of the processes that talk to peers
  std::optional<std::string> trial;  // a notice for people, if the agent's account is missing
  // A warning, if mms.conf yields no path and files.key_file comes from the record. Commands that can fix mms.conf have
  // no such warning.
  std::optional<std::string> key_file_warning;
  std::string name;

  /// Whether the gate must not ask peers, because a mistake may have changed whom it would ask, or as whom.
  [[nodiscard]] bool goes_by_record_alone() const;
  [[nodiscard]] platform::Path agent_directory() const { return files.state_directory / "agent"; }
  [[nodiscard]] platform::Path identity_file() const { return files.state_directory / "identity.pem"; }
  [[nodiscard]] platform::Path record_file() const { return files.state_directory / "record.json"; }
  [[nodiscard]] platform::Path claim_file() const { return files.state_directory / "claim.json"; }
  /// Every command that changes the key, the record or the notes holds this lock.
  [[nodiscard]] platform::Path lock_file() const { return files.state_directory / "lock"; }
  /// Where peers are told to reach this host. May ask a name server for the qualified name, so it may take time.
  [[nodiscard]] Address address() const;
};

/// For a user who is not root and gave no --config: the options with the user's own configuration file, if it exists.
Options with_own_configuration(Options options);

/// The configuration file that the command reads, whether it exists or not.
platform::Path configuration_file(const Options& options);

/// Whether the command decides about a start of Ops Manager, and so goes on in spite of mistakes in the configuration.
bool decides_about_start(const Options& options);

/// Reads the configuration file. Never fails: a file that cannot be read is a mistake too.
Settings read_settings(const Options& options);

/// Changes nothing on the host. Fails with configuration, usage, bad_path or not_installed. A mistake in the
/// configuration fails only commands that do not decide about a start.
platform::Result<Host> examine_host(const Options& options, Settings settings);

/// One sentence for each mistake: what is wrong, and how the gate goes on.
std::vector<std::string> sentences_about(const std::vector<Mistake>& mistakes, Policy policy);

/// Creates the state directory if it is missing. Fails with denied.
platform::Result<void> prepare(const Host& host);

/// Waits for a lock that another genkey-agent holds, and tells a person at a terminal that it waits. Fails with busy
/// after limits::lock_wait.
platform::Result<platform::FileLock> wait_for_lock(const Host& host, const platform::Path& file);

}  // namespace agent
