// SPDX-License-Identifier: ISC
// Whether the answers for a path came from a cache in front of the hosts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/footprint.h"

namespace agent {

enum class CacheVerdict : std::uint8_t {
  cached,    // some answer came from a cache
  fresh,     // every answer came from a host
  unsure,    // neither is proved
  left_out,  // the balancer does not pass this path on
};

struct PathVerdict {
  ProbedPath path = ProbedPath::health;
  CacheVerdict verdict = CacheVerdict::unsure;
  std::string because = {};  // what was seen; for an unsure one, what is missing
};

/// In the order of the probes. Pure.
std::vector<PathVerdict> cache_verdicts(const BalancerEvidence& balancer, const Footprint& footprint);

}  // namespace agent
