// SPDX-License-Identifier: ISC
// Doctor's requests through the balancer, counted in the access logs of the hosts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/doctor/evidence.h"

namespace agent {

/// One host that runs a web server, or may run one.
struct HostFootprint {
  std::string name;
  bool certain = false;   // its facts say that it runs a web server
  bool reported = false;  // its log was read after the last request
  std::size_t lines = 0;  // of all requests
};

struct PathFootprint {
  std::size_t sent = 0;     // with the right status
  std::size_t reached = 0;  // lines of them; surplus lines, of requests that were repeated, do not count
};

struct Footprint {
  std::vector<HostFootprint> hosts;
  PathFootprint control;
  [[nodiscard]] bool control_complete() const { return control.sent >= fewest && control.reached == control.sent; }
  [[nodiscard]] bool all_reported() const;
  [[nodiscard]] std::vector<std::string> silent() const;  // names of those that did not report
  /// "om1: 18, om2: 12".
  [[nodiscard]] std::string shares() const;

  static constexpr std::size_t fewest = 3;  // requests with the right status that a count is based on
};

Footprint footprint_of(const Evidence& evidence, const BalancerEvidence& balancer);
PathFootprint footprint_of(const BalancerEvidence& balancer, const PathProbe& probe);

/// Whether a host with `facts` runs a web server. `reported`: whether they say.
struct WebServer {
  bool reported = false;
  bool runs = false;
};
WebServer web_server_of(const HostEvidence& host);

}  // namespace agent
