// SPDX-License-Identifier: ISC
// Whether a replica set had a primary that answers this host, at each of the two looks.
#pragma once

#include <cstdint>
#include <string>

#include "agent/doctor/seen_database.h"

namespace agent {

enum class PrimaryLook : std::uint8_t {
  answers,     // a member says that it is the primary
  nobody,      // no member answers
  none_known,  // members answer, and none knows a primary
  silent,      // the primary that they name does not answer
  unclear,     // a member that could have told was not asked, or could not be understood
};

struct PrimaryLooks {
  PrimaryLook first = PrimaryLook::unclear;
  PrimaryLook last = PrimaryLook::unclear;
  std::string name;    // of the primary, at the last look
  bool twice = false;  // there was a second look, and it saw the same
};
PrimaryLooks look_for_primary(const DatabaseEvidence& database, const std::string& set);

/// What a finding needs when `twice` is false: the looks differed, or there was only one. Hosts without an address, for
/// example, are not asked again.
std::string needs_another_look(const DatabaseEvidence& database, const SeenDatabase& seen);

/// Ops Manager runs on this host, and has run for long enough to need its databases.
enum class OpsManagerHere : std::uint8_t { unknown, stopped, starting, running };
OpsManagerHere ops_manager_here(const Evidence& evidence);
/// What a finding needs that is a fault only where Ops Manager runs. Empty: it runs here. `seen`: what looks wrong.
std::string needs_ops_manager(const Evidence& evidence, PrimaryLook seen);

}  // namespace agent
