// SPDX-License-Identifier: ISC
#include "agent/doctor/balancer_evidence.h"

namespace agent {

std::uint32_t right_status(ProbedPath path) {
  constexpr std::uint32_t ok = 200;
  constexpr std::uint32_t unauthorized = 401;
  return path == ProbedPath::api ? unauthorized : ok;
}

}  // namespace agent
