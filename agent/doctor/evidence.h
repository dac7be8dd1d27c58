// SPDX-License-Identifier: ISC
// What doctor knows before it decides anything. The checks (check_*.h) are pure functions from this to findings: they
// read no file, ask nobody and look at no clock.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/doctor_settings.h"
#include "agent/doctor/api_messages.h"
#include "agent/doctor/balancer_evidence.h"
#include "agent/doctor/database_evidence.h"
#include "agent/fleet/peer_answer.h"
#include "agent/protocol/facts.h"

namespace agent {

/// One host of the fleet, this one first. Hosts are counted by their pins, not by their addresses.
struct HostEvidence {
  std::string name;
  std::string address;
  bool own = false;
  PeerResult result = PeerResult::unreachable;  // of this run; of this host itself: self
  std::string detail = {};                      // why it did not agree
  std::optional<Facts> facts = std::nullopt;    // nothing: it reported none
  /// Since the facts were collected, by that host's own clock.
  std::optional<std::chrono::milliseconds> age = std::nullopt;
  std::string no_facts = {};  // why there are none, as a person can change it
  bool introduced = true;     // false: nobody here named it, so it is shown, and not compared
};

/// What Ops Manager's administration API says about backups.
struct ApiEvidence {
  std::string not_asked = {};  // why it was not asked, as what a person can provide
  ApiReply reply = {};         // empty where it was not asked
};

struct Evidence {
  std::vector<HostEvidence> hosts;
  bool offline = false;                                     // nobody was asked: --offline
  std::string not_asked = {};                               // why nobody could be asked, as a person can change it
  std::optional<BalancerEvidence> balancer = std::nullopt;  // nothing: its findings are not wanted, or not built here
  std::optional<ApiEvidence> api = std::nullopt;            // nothing: its findings are not wanted, or not built here
  /// The application database first, then the backing databases. Empty: not wanted, or not built here.
  std::vector<DatabaseEvidence> databases = {};
  std::vector<Facility> facilities = {};  // of [doctor.facilities]
};

}  // namespace agent
