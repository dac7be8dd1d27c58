// SPDX-License-Identifier: ISC
// What a command has to say when it is done: one shape for all commands, with the parts that apply. The files json,
// prometheus and nagios beside this one turn it into text for programs. It never holds a secret.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/backups/health.h"
#include "agent/doctor/last_run.h"
#include "agent/fleet/peer_verdict.h"
#include "agent/fleet/roster.h"
#include "agent/gate/decision.h"
#include "agent/gate/notes.h"
#include "agent/report/exit_code.h"
#include "agent/report/message.h"
#include "keystore/host_key/host_key.h"
#include "platform/audit/audit.h"
#include "platform/ops_manager/running_service.h"
#include "platform/services/service_state.h"

namespace agent {

/// What anybody may know about the key: never its bytes or its witness.
struct KeyPart {
  platform::Path file;
  keystore::KeyState state = keystore::KeyState::absent;
  std::optional<std::string> weakness;
  std::optional<keystore::Record> record;
  bool unreadable_record = false;  // there is one, and nobody knows what it says
  bool is_recorded = false;
  keystore::Standing standing = keystore::Standing::provisional;
};
KeyPart key_part(const keystore::KeyFiles& files, const keystore::Holding& holding);

struct GatePart {
  Policy policy = Policy::normal;
  bool allowed = false;
  bool overridden = false;  // by --allow-next-start
  std::vector<Reason> reasons;
};

struct IdentityPart {
  std::string name;
  std::string address;
  Pin pin;
};

/// The line in mms.conf that asks the gate.
struct HookPart {
  platform::Path file;
  bool present = false;
  bool in_force = false;  // every start reaches it, with the key file that Ops Manager then reads
  std::string problem;    // if it is present and not in force: the reason, or why that cannot be found out
};

/// What happened to one copy, or is known about it.
enum class BackupResult : std::uint8_t {
  stored,     // backup
  unchanged,  // it is there already, as it was stored
  listed,     // list
  whole,      // check: as it was stored; or, where that is not noted, sound in form
  changed,    // its bytes are not those that were stored
  damaged,
  missing,
  opened,  // drill: it holds the recorded key
  other_key,
  not_opened,
  removed,        // prune
  still_version,  // the store keeps it as a former version
  locked,         // the store does not let it go yet
  failed,
};
std::string_view name_of(BackupResult result);

struct BackupPart {
  std::string destination;  // or the path of a file
  std::string name = {};    // may be empty when it failed
  BackupResult result = BackupResult::failed;
  std::optional<std::uint64_t> size = std::nullopt;
  std::optional<platform::Time> stored = std::nullopt;
  bool own = true;  // this host's
  std::string detail = {};
};

/// Whether the operating system asks the gate before it starts a service of Ops Manager.
enum class GateOfService : std::uint8_t {
  in_force,
  lost,        // installed, and something else takes it out again
  ignored,     // asked, but the service starts whatever the gate says
  not_loaded,  // the unit's files have changed, and systemd has not read them since
  absent,      // never installed for this service
};
std::string_view name_of(GateOfService gate);
std::string_view name_of(platform::ServiceState state);

struct GatedService {
  std::string name;  // "mongodb-mms"
  GateOfService gate = GateOfService::absent;
};

struct StatusPart {
  std::string version;  // of the program
  std::string host;     // its name, and the address where peers ask it
  platform::Time taken{};
  std::string owner;  // of the key file, as it should be
  std::string layout;
  platform::Path state_directory;
  std::optional<platform::RunningService> service;
  bool restart_needed = false;
  bool preflight_off = false;
  bool locked_memory = true;
  std::optional<platform::Time> last_verify;
  std::uint64_t unknown_failures = 0;
  std::optional<GateNote> last_gate;
  std::optional<DoctorNote> doctor;  // its last complete run on this host
  // Of this host's listener; nothing where no service manager runs one. While it is down, no peer can ask this host.
  std::optional<platform::ServiceState> listener;
  std::optional<HookPart> hook;           // where it was installed
  std::vector<GatedService> services;     // those that the service manager knows; empty if it does not answer
  std::vector<std::string> never_asked;   // addresses of peers
  std::vector<Reason> gate_would_refuse;  // by what is known without asking; empty if it would allow a start
  std::size_t displaced = 0;              // keys that were put aside and still lie in the state directory
};

/// The peers that this host knows; `peers list` shows those that were removed as well.
struct RosterPart {
  std::vector<Peer> peers;
  std::optional<std::vector<Removed>> removed = std::nullopt;
};

/// A member of the JSON object that belongs to one command. Its value is finished JSON, made where the command is.
struct OwnMember {
  std::string name;
  std::string json;
};
OwnMember text_member(std::string name, const std::string& text);

struct Report {
  Command command = Command::status;
  ExitCode code = exit_done;
  std::optional<bool> changed;     // where the command can change something
  std::vector<std::string> lines;  // the result, for standard output
  std::vector<Message> warnings;   // for standard error, each with what to do about it

  std::optional<KeyPart> key;
  std::optional<std::vector<PeerVerdict>> peers;
  std::optional<std::vector<platform::Finding>> findings;
  std::optional<GatePart> gate;
  std::optional<IdentityPart> identity;
  std::optional<HookPart> hook;
  std::optional<StatusPart> status;
  std::optional<RosterPart> roster;
  std::optional<platform::Path> displaced;  // where the key that was put aside is
  std::optional<std::vector<BackupPart>> backups;
  std::optional<BackupHealth> backup_health;
  std::vector<OwnMember> own_members;

  void warn(std::string text, platform::Steps steps = {}) {
    warnings.push_back({.text = std::move(text), .steps = std::move(steps)});
  }
  void remark(Message message) {
    message.remark = true;
    warnings.push_back(std::move(message));
  }
};

}  // namespace agent
