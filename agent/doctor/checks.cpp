// SPDX-License-Identifier: ISC
#include "agent/doctor/checks.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "agent/doctor/check_attested.h"
#include "agent/doctor/check_backing_databases.h"
#include "agent/doctor/check_balancer.h"
#include "agent/doctor/check_daemons.h"
#include "agent/doctor/check_database_members.h"
#include "agent/doctor/check_facilities.h"
#include "agent/doctor/check_fleet.h"
#include "agent/doctor/check_heads.h"
#include "agent/doctor/check_key.h"
#include "agent/doctor/check_local_databases.h"
#include "agent/doctor/check_logs.h"
#include "agent/doctor/check_peers.h"
#include "agent/doctor/check_pool.h"
#include "agent/doctor/check_same_database.h"
#include "agent/doctor/check_settings.h"
#include "agent/doctor/check_stores.h"
#include "agent/doctor/check_url.h"
#include "agent/doctor/check_write_concern.h"

namespace agent {

namespace {

using Check = std::vector<DoctorFinding> (*)(const Evidence& evidence);

constexpr std::array<Check, 18> checks = {
    &check_peers,   &check_fleet,    &check_same_database,     &check_url,           &check_balancer,
    &check_pool,    &check_settings, &check_database_members,  &check_write_concern, &check_facilities,
    &check_daemons, &check_heads,    &check_backing_databases, &check_stores,        &check_key,
    &check_logs,    &check_attested, &check_local_databases,
};

}  // namespace

std::vector<DoctorFinding> all_findings(const Evidence& evidence) {
  std::vector<DoctorFinding> findings;
  for (const Check check : checks) std::ranges::move(check(evidence), std::back_inserter(findings));
  return findings;
}

}  // namespace agent
