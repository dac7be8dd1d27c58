// SPDX-License-Identifier: ISC
// Facts that peers collect while this host waits: how doctor learns which of its requests stand in their access logs.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/actions/ask_fleet.h"
#include "agent/fleet/ask_facts.h"

namespace agent {

/// Writes nothing. It borrows the host, which must outlive it.
class FreshFacts {
 public:
  /// Asks those of `peers` whose facts name a web server, or leave open whether there is one.
  FreshFacts(const Host& host, Member member, RosterFile roster_file, const std::vector<ReportingPeer>& peers,
             const Evidence& evidence);

  /// What peers found in their access logs after `asked`, by HostEvidence::name. No clocks are compared: the age of
  /// facts is told by the peer's clock, and the time since `asked` by this host's. Each call asks them all to collect
  /// again, but not more often than each limits::fresh_facts_pause; in between it returns what is known.
  const std::map<std::string, Probes, std::less<>>& probes(std::chrono::steady_clock::time_point asked);

  /// The facts of the host of that name become those that probes() has had, if it has had any.
  void renew(HostEvidence& host) const;

 private:
  void ask(std::chrono::steady_clock::time_point asked);

  const Host& host_;
  Member member_;
  RosterFile roster_file_;
  std::vector<std::string> names_;
  std::vector<FactsTarget> targets_;  // as names_
  std::optional<std::chrono::steady_clock::time_point> last_;
  std::map<std::string, Probes, std::less<>> probes_;
  std::map<std::string, ReportedFacts, std::less<>> facts_;
};

}  // namespace agent
