// SPDX-License-Identifier: ISC
// Which members of a replica set a list of hosts names, as it stands in mongo.mongoUri.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/seen_database.h"

namespace agent {

struct ListedMembers {
  std::size_t listed = 0;               // members that hold data
  std::size_t total = 0;                // of the set; hidden ones and arbiters do not count
  std::vector<std::string> missing;     // electable members
  std::vector<std::string> passive;     // members of priority 0 that are missing: they never accept writes
  std::vector<std::string> foreign;     // listed hosts that are of another set, or of none, each time they answered
  std::vector<std::string> unresolved;  // listed hosts that did not answer, and may be members by another name
};

/// Of "host:port". On each machine it means that machine.
bool names_loopback(std::string_view host);

/// `hosts` are "host:port". The database must be a replica set.
ListedMembers listed_members(const DatabaseEvidence& evidence, const SeenDatabase& database,
                             const std::vector<std::string>& hosts);

/// The list of a host of the fleet: that of the facts, or what its SRV name gave. Empty: not known here.
std::vector<std::string> list_of_host(const HostEvidence& host, const Evidence& evidence,
                                      const DatabaseEvidence& database);

/// All databases of the evidence, with the lists of the hosts.
std::vector<SeenDatabase> seen_databases(const Evidence& evidence);

}  // namespace agent
