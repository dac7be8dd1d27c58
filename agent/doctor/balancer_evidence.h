// SPDX-License-Identifier: ISC
// What doctor saw of the load balancer: the answers to its requests, and the lines that they left in the access logs of
// the hosts. ask_balancer.h gathers it; check_balancer.h and check_url.h decide.
//
// A cache is found by counting. *Probe*: equal requests through the balancer, with one nonce for a path. *Control*,
// afterwards: requests for the login page, each with a nonce of its own, which no cache can answer from an earlier one.
// If the logs show each control and not each probe, a cache answered. *Witness*: what a host makes anew for each
// answer, as two direct requests show; the same one twice through the balancer came from a cache.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/names.h"
#include "agent/doctor/access_log.h"
#include "agent/doctor/program_request.h"

namespace agent {

enum class ProbedPath : std::uint8_t { health, login, asset, api };
inline constexpr Names<ProbedPath> probed_paths("/monitor/health", "/user/login", "a script of the login page",
                                                "/api/public/v1.0");
/// 200, and 401 for the API, which is asked without a login.
std::uint32_t right_status(ProbedPath path);

struct PathProbe {
  ProbedPath of = ProbedPath::health;
  std::string nonce;                // empty: not counted
  std::vector<HttpAnswer> answers;  // through the balancer: the first and the last are 2 s apart
  std::vector<HttpAnswer> direct;   // of this host, 2 s apart; empty: not asked
};

struct ControlRequest {
  std::string nonce;
  HttpAnswer answer;
};

/// /monitor/health of one host, without the balancer. Asked again after 5 s if the first answer was not 200.
struct DirectHealth {
  std::string host;                 // HostEvidence::name
  std::vector<HttpAnswer> answers;  // empty: not asked
  std::string not_asked = {};       // why
};

struct BalancerEvidence {
  std::string url;        // "https://opsmanager.example.com"; empty: not known
  std::string not_asked;  // why nothing was asked through the balancer, as what a person can provide; empty: it was
  bool tls = false;
  bool own_authority = false;  // [doctor] ca is set
  // Through the balancer. Asked again after 5 s unless both were right at once, so the last ones count.
  std::vector<HttpAnswer> health;
  std::vector<HttpAnswer> login;
  std::vector<HttpAnswer> only_if_cached;  // the login page with a new nonce; again after 5 s if it was 504
  std::vector<PathProbe> probes;
  std::vector<ControlRequest> controls;
  bool counted = false;       // not with --no-count
  std::string forged_header;  // set to documentation_address in one direct request to this host; empty: not asked
  std::string forged_nonce;
  std::vector<DirectHealth> direct;  // of this host first
  // By HostEvidence::name, of hosts that read their log after the last request. The others did not report.
  std::map<std::string, Probes, std::less<>> reports;
  std::string log_pattern = {};  // why this host's log shows no nonce, if its pattern explains that
};

/// What findings about it name: its URL, where that is known.
inline std::string object_of(const BalancerEvidence& balancer) {
  return balancer.url.empty() ? "load balancer" : balancer.url;
}

}  // namespace agent
