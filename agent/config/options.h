// SPDX-License-Identifier: ISC
// What was asked for on the command line, and in the GENKEY_AGENT_* variables that mirror some options. No secret is
// ever an option: the command line of a process is public on its host. Options name files or descriptors instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/limits.h"
#include "agent/base/names.h"
#include "agent/config/config_file.h"
#include "agent/config/doctor_groups.h"
#include "agent/protocol/address.h"
#include "agent/protocol/pin.h"
#include "keystore/age/recipient.h"
#include "keystore/key/key_text.h"
#include "platform/base/path.h"

namespace agent {

enum class Command : std::uint8_t {
  setup,
  ensure,
  generate,
  import,
  invite,
  join,
  restore,
  verify,
  fleet,
  gate,
  status,
  audit,
  doctor,
  serve,
  peers_list,
  peers_add,
  peers_remove,
  identity,
  config_check,
  config_show,
  hook_install,
  hook_remove,
  hook_run,         // what the line in mms.conf calls
  service_install,  // these five exist only where platform::installs_services()
  service_remove,
  service_start,
  service_stop,
  service_run,  // what the service manager starts
  backup_create,
  backup_list,
  backup_check,
  backup_drill,
  backup_prune,
  backup_new_identity,
};

/// What is known about a command before it runs. Parser, help, completion and manual are made or tested from it.
struct CommandFacts {
  Command command;
  std::string_view words;  // "peers list"
  std::string_view help;
  bool stands_for_group = false;  // the group's word alone means this command, and is its name in reports
  bool needs_host = true;         // false: it gets its options only, and works with a broken configuration
  bool may_precede_ops_manager = false;
  bool is_needed_first = false;  // for people who type no command
  bool tells_of_trial = false;   // it says that the agent's account is missing; for commands that people run once
};

/// The first word of several commands of two words: "peers".
struct GroupFacts {
  std::string_view word;
  std::string_view help;
  bool needs_service_manager = false;  // it exists where platform::installs_services()
};

/// All commands: a view of the one list, which is in agent/commands/table.cpp.
struct CommandTable {
  std::span<const CommandFacts> commands;  // one for each value of Command
  std::span<const GroupFacts> groups;

  /// Throws std::logic_error when the table has no row for it, for example because nobody filled the table.
  [[nodiscard]] const CommandFacts& facts_of(Command command) const;
  /// "peers list", as people type it.
  [[nodiscard]] std::string_view name_of(Command command) const;
};

enum class StatusFormat : std::uint8_t { text, json, prometheus, nagios };
inline constexpr Names<StatusFormat> status_formats("text", "json", "prometheus", "nagios");
inline constexpr Names<keystore::KeyFormat> key_formats("raw", "hex", "base64");

struct Options {
  CommandTable table;
  Command command = Command::status;
  /// What the person typed, for advice that says to type it again: the command, and its own words without the options
  /// of every command. Paths are absolute. Code that goes on as another command leaves them, so that they fit no more.
  Command typed = Command::status;
  std::vector<std::string> typed_words;

  // Of every command.
  std::optional<platform::Path> config;
  std::optional<platform::Path> install_path;
  std::optional<platform::Path> key_file;
  std::optional<std::string> owner;
  std::optional<platform::Path> state_dir;
  std::optional<platform::Path> root;       // prefix of the installation's fixed paths, for demonstrations
  std::vector<std::string> from_variables;  // names of the variables that gave one of these
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool dry_run = false;

  // Of one command or a few.
  std::optional<std::chrono::milliseconds> wait;
  bool keep = false;        // ensure
  std::string input = "-";  // import
  keystore::KeyFormat format = keystore::KeyFormat::raw;
  bool allow_weak = false;
  bool displace = false;  // import, join, restore
  std::string confirm;
  std::chrono::milliseconds ttl{limits::ticket_life};  // invite
  std::uint32_t uses = 1;
  std::vector<Address> addresses;
  bool list = false;                       // invite: show the tickets, make none; doctor: show its findings
  std::optional<std::string> revoke;       // invite: the id of a ticket, or "all"
  std::optional<platform::Path> output;    // invite, backup, doctor: "-" is standard output
  std::optional<std::string> ticket_file;  // join: a path, or "-"
  std::optional<std::string> name;         // setup
  std::optional<Address> own_address;
  std::vector<Address> peers;    // setup, verify
  std::optional<Policy> policy;  // gate
  bool allow_next_start = false;
  std::string reason;
  StatusFormat status_format = StatusFormat::text;
  bool fix = false;                 // audit
  std::vector<DoctorGroup> groups;  // doctor; empty: all
  bool offline = false;
  std::optional<std::string> url;  // of the load balancer
  bool no_count = false;
  bool all = false;
  bool collect = false;
  DoctorFormat doctor_format = DoctorFormat::text;
  std::optional<std::string> explain;   // the id of a finding
  std::vector<Address> listen;          // serve
  std::optional<Address> peer_address;  // peers add
  std::optional<Pin> pin;
  std::string peer;                                  // peers remove
  bool renew = false;                                // identity
  bool required = false;                             // hook install: no start if this program is missing
  bool gate_service = false;                         // service run: the gate instead of the listener
  std::optional<platform::Path> started_with;        // hook run: --key-file, the file that this start would read
  std::vector<keystore::age::Recipient> recipients;  // backup
  std::optional<platform::Path> recipients_file;
  std::vector<platform::Path> certificates;
  bool passphrase = false;  // ask for it on the terminal
  std::optional<int> passphrase_fd;
  bool armor = false;
  bool if_configured = false;
  std::vector<std::string> identities;     // files of keys that open backups, or "-"
  std::optional<std::string> backup;       // a path, or the name of a copy
  std::optional<std::size_t> kept_copies;  // backup prune
  bool replace = false;                    // generate
  bool host_state = false;                 // restore
  bool write = false;
};

}  // namespace agent
