// SPDX-License-Identifier: ISC
// The configuration file, in TOML. Every key is optional. An unknown key is an error, because a mistyped key may be the
// one that restricts something.
//
// Only the form of the text is checked. Whether files exist and names resolve is found out where they are used.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/limits.h"
#include "agent/base/names.h"
#include "agent/config/backup_destination.h"
#include "agent/protocol/address.h"
#include "keystore/age/recipient.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/ops_manager/installation.h"

namespace agent {

/// When the gate refuses a start. `normal` is spelled "default", which is a reserved word in C++.
enum class Policy : std::uint8_t { off, warn, local, normal, majority, strict };
inline constexpr Names<Policy> policy_names("off", "warn", "local", "default", "majority", "strict");
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

/// Fails with configuration: "ORIGIN:LINE: what is wrong". Only the first mistake is reported.
platform::Result<Config> parse_config(std::string_view saved, std::string_view origin);

/// "500ms", "30s", "5m", "1h", "7d". Nothing for other text; a bare number has no unit that everybody would expect.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace agent
