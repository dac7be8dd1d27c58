// SPDX-License-Identifier: ISC
#include "agent/doctor/check_backing_databases.h"

#include <doctest/doctest.h>

#include "agent/doctor/catalogue.h"
#include "tests/agent/doctor/replica_sets.h"

using namespace tests;
using agent::check_backing_databases;
using agent::DatabaseEnd;
using agent::DatabaseEvidence;
using agent::DoctorResult;

namespace {

// The set `blocks`, of machines of its own.
DatabaseEvidence backing(DatabaseEvidence database = replica_set(3, "blocks")) {
  database.of = "blocks";
  const auto renamed = [](std::string& name) { name.replace(0, 2, "backup"); };
  for (auto& name : database.listed) renamed(name);
  for (auto& answer : database.answers) {
    for (auto* name : {&answer.asked, &answer.me, &answer.primary}) renamed(*name);
    for (auto* list : {&answer.hosts, &answer.arbiters}) {
      for (std::string& name : *list) renamed(name);
    }
  }
  return database;
}

std::vector<agent::DoctorFinding> findings(const DatabaseEvidence& database) {
  return check_backing_databases(seen_from_om1({replica_set(), database}));
}

}  // namespace

TEST_CASE("HA310: a database of the backups on the application's replica set is a risk, and one of its own is not") {
  CHECK(result_of(findings(backing()), "HA310") == DoctorResult::ok);
  auto same = replica_set();
  same.of = "appdb";
  CHECK(result_of(findings(same), "HA310") == DoctorResult::risk);
  // By another name.
  for (auto& answer : same.answers) answer.asked = "alias" + answer.asked;
  CHECK(result_of(findings(same), "HA310") == DoctorResult::risk);
  // Two sets of one name are two sets.
  auto other = backing();
  for (auto& answer : other.answers) answer.set = "appdb";
  CHECK(result_of(findings(other), "HA310") == DoctorResult::ok);
}

TEST_CASE("HA310: two members that call themselves localhost are two, unless they are one connection") {
  auto application = replica_set(1);
  auto other = backing(replica_set(1, "blocks"));
  other.answers.front().address = "192.0.2.9";
  for (auto* database : {&application, &other}) {
    auto& answer = database->answers.front();
    answer.me = answer.primary = "localhost:27017";
    answer.hosts = {"localhost:27017"};
    // Learnt from that answer, and asked on this host.
    database->answers.push_back({.asked = "localhost:27017", .end = DatabaseEnd::no_connection});
  }
  const auto result = [&] { return result_of(check_backing_databases(seen_from_om1({application, other})), "HA310"); };
  CHECK(result() == DoctorResult::ok);
  other.answers.front().address = application.answers.front().address;
  CHECK(result() == DoctorResult::risk);
  // Both URIs name the same process on this host.
  other.answers.front().address = "192.0.2.9";
  for (auto* database : {&application, &other}) database->answers.back().listed = true;
  CHECK(result() == DoctorResult::risk);
}

TEST_CASE("HA310: without an answer nobody knows whether other names are other machines") {
  auto database = backing();
  for (std::size_t at = 0; at < 3; ++at) silence(database, at);
  CHECK(result_of(findings(database), "HA310") == DoctorResult::unknown);
  auto application = replica_set();
  for (std::size_t at = 0; at < 3; ++at) silence(application, at);
  const auto found = check_backing_databases(seen_from_om1({application, backing()}));
  CHECK(result_of(found, "HA310") == DoctorResult::unknown);
}

TEST_CASE("HA501: a database of the backups of which nobody answers, twice, is a fault where Ops Manager runs") {
  CHECK(result_of(findings(backing()), "HA501") == DoctorResult::ok);
  auto database = backing();
  for (std::size_t at = 0; at < 3; ++at) silence(database, at, DatabaseEnd::no_connection);
  CHECK(result_of(findings(database), "HA501") == DoctorResult::fault);
  CHECK(result_of(findings(database), "HA502") == DoctorResult::unknown);
  auto evidence = seen_from_om1({replica_set(), database});
  evidence.hosts.front().facts->insert_or_assign("om.running", "");
  CHECK(result_of(check_backing_databases(evidence), "HA501") == DoctorResult::unknown);
  database.again.clear();
  CHECK(result_of(findings(database), "HA501") == DoctorResult::unknown);
  silence(database, 2, DatabaseEnd::untrusted);
  CHECK(result_of(findings(database), "HA501") == DoctorResult::unknown);
  CHECK(result_of(findings(database), "HA501") != DoctorResult::fault);
}

TEST_CASE("HA502: a backing set is checked as the application database is, and named as the object") {
  const auto right = the(findings(backing()), "HA502");
  CHECK(right.result == DoctorResult::ok);
  CHECK(right.object == "blocks");
  auto database = backing();
  without_primary(database);
  const auto wrong = the(findings(database), "HA502");
  CHECK(wrong.result == DoctorResult::fault);
  CHECK(wrong.evidence.starts_with("HA305, "));
  CHECK(wrong.fix.find("rs.status()") != std::string::npos);
  const auto arbiter = with_id(findings(backing(with_arbiter(replica_set(3, "blocks")))), "HA502");
  REQUIRE(arbiter.size() == 2);
  CHECK(arbiter.front().evidence.starts_with("HA304, "));
  CHECK(arbiter.back().evidence.starts_with("HA306, "));
}

TEST_CASE("HA502: a backing set on one machine is a risk") {
  auto database = backing();
  for (auto& answer : database.answers) answer.address = "192.0.2.1";
  const auto found = the(findings(database), "HA502");
  CHECK(found.result == DoctorResult::risk);
  CHECK(found.evidence.starts_with("HA309, "));
}

TEST_CASE("HA502: w: 2 counts for backing sets with every version of Ops Manager") {
  auto evidence = seen_from_om1({replica_set(), backing(with_arbiter(replica_set(3, "blocks")))});
  for (auto& host : evidence.hosts) host.facts->insert_or_assign("om.version", "8.0.26");
  const auto found = with_id(check_backing_databases(evidence), "HA502");
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().evidence.find("w: 2 or with majority") != std::string::npos);
}

TEST_CASE("HA502: no fix changes mongo.mongoUri, which names the application database") {
  auto database = backing(replica_set(1, ""));
  database.answers.front().kind = agent::MemberKind::standalone;
  database.answers.front().hosts.clear();
  const auto alone = the(findings(database), "HA502");
  CHECK(alone.result == DoctorResult::fault);
  CHECK(alone.evidence.starts_with("HA301, it is not a replica set: "));
  CHECK(alone.fix.find("leave mongo.mongoUri as it is") != std::string::npos);
  for (const char* id : {"HA304", "HA305", "HA306", "HA307", "HA308", "HA309"}) {
    CAPTURE(id);
    CHECK(agent::entry_for(id).title.find("application") == std::string_view::npos);
  }
  auto apart = backing(with_arbiter(replica_set(3, "blocks")));
  for (std::size_t at = 0; at < 3; ++at) {
    apart.answers.at(at).tags = {{"dc", "fra" + std::to_string(at)}};
    apart.answers.at(at).address = "192.0.2.1";
  }
  const auto all = with_id(findings(apart), "HA502");
  CHECK(all.size() == 4);  // HA304, HA306, HA307 and HA309
  for (const auto& finding : all) {
    CAPTURE(finding.evidence);
    CHECK_FALSE(finding.fix.empty());
    CHECK(finding.fix.find("HA303") == std::string::npos);
    const std::size_t named = finding.fix.find("mongo.mongoUri");
    CHECK(named == finding.fix.rfind("mongo.mongoUri"));
    if (named != std::string::npos) CHECK(finding.fix.find("leave mongo.mongoUri as it is") == named - 6);
  }
}

TEST_CASE("HA501: one look at a host without an address is not two looks that differ") {
  auto database = backing();
  for (auto& answer : database.answers) end_of(answer, DatabaseEnd::no_name);
  const auto found = the(findings(database), "HA501");
  CHECK(found.result == DoctorResult::unknown);
  CHECK(found.needs.find("its name has no address here") != std::string::npos);
}

TEST_CASE("HA502: no login is offered for a database that is never logged in to") {
  const auto two = with_id(findings(backing(replica_set(2, "blocks"))), "HA502");
  REQUIRE_FALSE(two.empty());
  for (const auto& finding : two) {
    CHECK(finding.result == DoctorResult::unknown);
    CHECK(finding.needs.find("database_login") == std::string::npos);
  }
}

TEST_CASE("without backing databases nothing is said about them") {
  CHECK(check_backing_databases(seen_from_om1(replica_set())).empty());
}
