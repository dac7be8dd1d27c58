// SPDX-License-Identifier: ISC
// What happens every day to a database that is as it should be. None of it is a fault.
#include "agent/doctor/checks.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "agent/doctor/catalogue.h"
#include "tests/agent/doctor/replica_sets.h"

using namespace tests;
using agent::DatabaseEnd;
using agent::DoctorResult;
using agent::Evidence;
using agent::MemberKind;

namespace {

// Of databases: what is worse than or as bad as this.
std::string worse_than(const Evidence& evidence, DoctorResult limit) {
  std::string found;
  for (const agent::DoctorFinding& finding : agent::all_findings(evidence)) {
    const auto group = agent::entry_for(finding.id).group;
    const bool counts = group == agent::DoctorGroup::database || group == agent::DoctorGroup::stores;
    if (counts && finding.result < limit) found += std::string(finding.id) + ": " + finding.evidence + "\n";
  }
  return found;
}

void expect_no_fault(const Evidence& evidence) { CHECK(worse_than(evidence, DoctorResult::risk) == ""); }

}  // namespace

TEST_CASE("databases: a healthy set of three has nothing above a note, whether doctor logs in or not") {
  CHECK(worse_than(seen_from_om1(replica_set()), DoctorResult::unknown) == "");
  CHECK(worse_than(seen_from_om1(with_login(replica_set())), DoctorResult::note) == "");
}

TEST_CASE("databases: an election ends without a fault") {
  auto database = replica_set();
  without_primary(database);
  database.again = replica_set().answers;
  std::swap(database.again.at(0).kind, database.again.at(1).kind);
  for (auto& answer : database.again) answer.primary = member_name(2);
  CHECK(worse_than(seen_from_om1(database), DoctorResult::unknown) == "");
  // The last primary has gone, and the others have not elected one at the first look.
  end_of(database.answers.at(0), DatabaseEnd::no_connection);
  end_of(database.again.at(0), DatabaseEnd::no_connection);
  expect_no_fault(seen_from_om1(database));
  expect_no_fault(seen_from_om1(with_login(database)));
}

TEST_CASE("databases: a rolling restart ends without a fault") {
  for (std::size_t at = 0; at < 3; ++at) {
    auto database = with_login(replica_set());
    database.again = database.answers;
    end_of(database.answers.at(at), DatabaseEnd::no_connection);
    if (at == 0) {
      for (auto* answers : {&database.answers, &database.again}) {
        for (std::size_t other = 1; other < 3; ++other) answers->at(other).primary.clear();
      }
      database.again.at(0).kind = MemberKind::other;
      database.again.at(0).primary.clear();
    }
    database.members.at(at).up = false;
    CAPTURE(at);
    expect_no_fault(seen_from_om1(database));
  }
}

TEST_CASE("databases: one host being upgraded ends without a fault") {
  auto evidence = seen_from_om1(with_login(replica_set()));
  evidence.hosts.at(1).facts->insert_or_assign("om.version", "8.0.26");
  evidence.hosts.at(1).facts->insert_or_assign("om.running", "");
  CHECK(worse_than(evidence, DoctorResult::unknown) == "");
}

TEST_CASE("databases: three members that are all on aliases of 127.0.0.1 end without a fault") {
  auto database = replica_set();
  const auto local = [](std::string& name, int at) { name = "127.0.0.1:2701" + std::to_string(at); };
  for (int at = 0; at < 3; ++at) {
    local(database.listed.at(static_cast<std::size_t>(at)), at);
    auto& answer = database.answers.at(static_cast<std::size_t>(at));
    local(answer.asked, at);
    local(answer.me, at);
    local(answer.primary, 0);
    for (int other = 0; other < 3; ++other) local(answer.hosts.at(static_cast<std::size_t>(other)), other);
    answer.address = "127.0.0." + std::to_string(at + 1);
  }
  auto evidence = seen_from_om1(database);
  evidence.hosts.pop_back();
  expect_no_fault(evidence);
  CHECK(result_of(agent::all_findings(evidence), "HA309") == DoctorResult::risk);
}

TEST_CASE("databases: a list by SRV ends without a fault") {
  auto evidence = seen_from_om1(replica_set());
  for (auto& host : evidence.hosts) {
    host.facts->insert_or_assign("uri.hosts", "");
    host.facts->insert_or_assign("uri.srv", "db.example.com");
  }
  CHECK(worse_than(evidence, DoctorResult::unknown) == "");
}

TEST_CASE("databases: a mongos ends without a fault, and what it hides is unknown") {
  auto database = replica_set(2, "");
  for (auto& answer : database.answers) {
    answer.kind = MemberKind::mongos;
    answer.hosts.clear();
    answer.primary.clear();
  }
  const auto evidence = seen_from_om1(database);
  CHECK(worse_than(evidence, DoctorResult::unknown) == "");
  for (const char* id : {"HA304", "HA305", "HA306", "HA307", "HA308"})
    CHECK(result_of(agent::all_findings(evidence), id) == DoctorResult::unknown);
}

TEST_CASE("databases: a single host on purpose ends without a fault") {
  auto set = seen_from_om1(with_login(replica_set(1)));
  set.hosts.pop_back();
  set.hosts.front().facts->insert_or_assign("uri.hosts", "db1.example.com:27017");
  expect_no_fault(set);
  auto alone = replica_set(1, "");
  alone.answers.front().kind = MemberKind::standalone;
  alone.answers.front().hosts.clear();
  alone.answers.front().primary.clear();
  set.databases = {alone};
  expect_no_fault(set);
}

TEST_CASE("databases: a host behind a firewall, where Ops Manager does not run, ends without a fault") {
  auto database = replica_set();
  for (std::size_t at = 0; at < 3; ++at) silence(database, at);
  auto backing = database;
  backing.of = "blocks";
  auto evidence = seen_from_om1({database, backing});
  evidence.hosts.front().facts->insert_or_assign("om.running", "");
  expect_no_fault(evidence);
}
