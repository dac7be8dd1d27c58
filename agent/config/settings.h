// SPDX-License-Identifier: ISC
// What the configuration says: the value of every key, and what is wrong in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/limits.h"
#include "agent/base/names.h"
#include "agent/config/backup_destination.h"
#include "agent/config/mistake.h"
#include "agent/config/policy.h"
#include "agent/protocol/address.h"
#include "keystore/age/recipient.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/ops_manager/installation.h"

namespace agent {

/// The names in configuration and reports. "plain" cannot be configured: it means that no installation was found.
inline constexpr Names<platform::Layout> layout_names("package", "tar", "windows", "plain");

/// The values of the file, with the defaults of what it leaves out. The comments name the table of each group.
struct Config {
  bool first_host = false;
  std::optional<std::string> name;
  std::optional<Address> address;
  std::vector<Address> peers;
  std::vector<std::uint32_t> peer_lines;  // the line of each in the file
  std::optional<platform::Path> state_dir;
  std::optional<platform::Path> ticket_file;

  std::optional<platform::Layout> kind;  // [installation]
  std::optional<platform::Path> install_path;
  std::optional<platform::Path> key_file;
  std::optional<std::string> owner;

  std::vector<Address> listen = {{"0.0.0.0", limits::default_port}, {"::", limits::default_port}};  // [serve]
  bool refetch = true;
  bool facts = true;

  Policy policy = Policy::normal;  // [gate]
  std::chrono::milliseconds gate_wait = limits::gate_wait;

  std::optional<platform::Path> ca;  // [tls]
  std::optional<platform::Path> certificate;
  std::optional<platform::Path> certificate_key;
  std::vector<std::string> allow;

  bool join_without_ticket = false;  // [join]

  std::vector<keystore::age::Recipient> recipients;  // [backup]
  std::vector<platform::Path> certificates;          // files in PEM
  std::vector<BackupDestination> destinations;
  bool host_state = true;                   // whether Ops Manager's settings are backed up too
  std::size_t keep = limits::kept_backups;  // copies of each key at each destination
  std::chrono::milliseconds stale_after = limits::backup_stale_after;
  std::chrono::milliseconds drill_stale_after = limits::drill_stale_after;
};

/// All that can be understood of a configuration. What is wrong has its default.
struct Settings {
  Config config;
  std::vector<Mistake> mistakes;
  std::map<std::string, std::uint32_t, std::less<>> lines;  // "gate.policy": where the file has each key
};

}  // namespace agent
