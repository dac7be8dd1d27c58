// SPDX-License-Identifier: ISC
// Replica sets as doctor sees them, for tests: appdb has the members db1, db2 and db3, and db1 is the primary.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/doctor/evidence.h"
#include "agent/doctor/finding.h"
#include "tests/agent/doctor/fleets.h"

namespace tests {

inline std::string member_name(int number) { return "db" + std::to_string(number) + ".example.com:27017"; }

/// Of `count` members with data, all listed and up, each at an address of its own.
inline agent::DatabaseEvidence replica_set(int count = 3, const std::string& set = "appdb") {
  agent::DatabaseEvidence database{.of = "application", .set = set};
  std::vector<std::string> hosts;
  for (int at = 1; at <= count; ++at) hosts.push_back(member_name(at));
  database.listed = hosts;
  for (int at = 1; at <= count; ++at) {
    database.answers.push_back({.asked = member_name(at),
                                .listed = true,
                                .end = agent::DatabaseEnd::answered,
                                .kind = at == 1 ? agent::MemberKind::primary : agent::MemberKind::secondary,
                                .me = member_name(at),
                                .set = set,
                                .hosts = hosts,
                                .primary = member_name(1),
                                .address = "192.0.2." + std::to_string(at),
                                .round_trip = std::chrono::microseconds(400)});
  }
  return database;
}

/// The last member becomes an arbiter.
inline agent::DatabaseEvidence with_arbiter(agent::DatabaseEvidence database) {
  const std::string arbiter = database.answers.back().me;
  for (agent::HelloAnswer& answer : database.answers) {
    std::erase(answer.hosts, arbiter);
    answer.arbiters = {arbiter};
  }
  database.answers.back().kind = agent::MemberKind::arbiter;
  return database;
}

/// As after replSetGetConfig and replSetGetStatus.
inline agent::DatabaseEvidence with_login(agent::DatabaseEvidence database) {
  const agent::HelloAnswer first = database.answers.front();
  for (const std::string& name : first.hosts) database.members.push_back({.name = name, .up = true});
  for (const std::string& name : first.passives) database.members.push_back({.name = name, .priority = 0, .up = true});
  for (const std::string& name : first.arbiters)
    database.members.push_back({.name = name, .priority = 0, .arbiter = true});
  database.login = agent::LoginEnd::done;
  database.defaults_set = false;
  return database;
}

inline void end_of(agent::HelloAnswer& answer, agent::DatabaseEnd end) {
  answer = {.asked = answer.asked, .listed = answer.listed, .end = end};
}

/// The member (from 0) does not answer, at both looks.
inline void silence(agent::DatabaseEvidence& database, std::size_t at,
                    agent::DatabaseEnd end = agent::DatabaseEnd::silent) {
  if (database.again.empty()) database.again = database.answers;
  end_of(database.answers.at(at), end);
  end_of(database.again.at(at), end);
}

/// Every member that answers knows no primary, at both looks.
inline void without_primary(agent::DatabaseEvidence& database) {
  if (database.again.empty()) database.again = database.answers;
  for (auto* answers : {&database.answers, &database.again}) {
    for (agent::HelloAnswer& answer : *answers) {
      answer.primary.clear();
      if (answer.kind == agent::MemberKind::primary) answer.kind = agent::MemberKind::secondary;
    }
  }
}

/// Seen from om1, where Ops Manager has run for an hour, beside om2.
inline agent::Evidence seen_from_om1(std::vector<agent::DatabaseEvidence> databases) {
  const auto host = [](const char* address) {
    return agent::Facts{{"om.running", "web"},
                        {"om.started", "3600"},
                        {"om.version", "8.0.15"},
                        {"addresses", address},
                        {"uri.srv", ""},
                        {"uri.set", "appdb"},
                        {"uri.hosts", "db1.example.com:27017,db2.example.com:27017,db3.example.com:27017"}};
  };
  auto evidence = fleet_with({host("192.0.2.101"), host("192.0.2.102")});
  evidence.databases = std::move(databases);
  return evidence;
}

inline agent::Evidence seen_from_om1(agent::DatabaseEvidence database) {
  return seen_from_om1(std::vector{std::move(database)});
}

/// The only finding with this id.
inline agent::DoctorFinding the(const std::vector<agent::DoctorFinding>& findings, std::string_view id) {
  const auto found = with_id(findings, id);
  return found.size() == 1 ? found.front() : agent::DoctorFinding{.id = "", .evidence = std::to_string(found.size())};
}

inline std::optional<agent::DoctorResult> result_of(const std::vector<agent::DoctorFinding>& findings,
                                                    std::string_view id) {
  const auto found = the(findings, id);
  return found.id.empty() ? std::nullopt : std::optional(found.result);
}

}  // namespace tests
