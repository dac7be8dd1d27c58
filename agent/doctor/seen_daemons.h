// SPDX-License-Identifier: ISC
// The backup daemons as the hosts and Ops Manager's API show them, put together. The checks of daemons and stores begin
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/evidence.h"

namespace agent {

/// What a host says about its daemon.
struct HostDaemon {
  const HostEvidence* host = nullptr;
  std::optional<bool> runs;    // nothing: not known
  std::optional<bool> wanted;  // the unit is enabled; nothing: not known, or there is no such unit
  std::string state;           // of the unit: "active", "activating", "failed"; empty likewise
};

enum class BackupUse : std::uint8_t {
  used,     // a host runs a daemon or should, and as far as the API was asked, one is activated
  unused,   // no host does, or none is activated
  unknown,  // not every host is known
};

struct SeenDaemons {
  std::vector<HostDaemon> hosts;     // of the fleet, this one first
  std::vector<std::string> unknown;  // names of those of which nobody knows whether a daemon runs there
  bool activated_known = false;      // the API told all daemons
  std::vector<const ApiDaemon*> activated;
  BackupUse use = BackupUse::unknown;
};

SeenDaemons seen_daemons(const Evidence& evidence);

/// The host that Ops Manager calls so: by a name of it, with or without a domain, or by an address. Null: none of those
/// that are known.
const HostDaemon* host_of_machine(const SeenDaemons& daemons, std::string_view machine);

/// Why the list is not known, as a person can change it; empty when it is.
std::string needs_of_api(const ApiEvidence& api, ApiList list);

}  // namespace agent
