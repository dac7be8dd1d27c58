// SPDX-License-Identifier: ISC
// HA302: two lines that name one database in different ways are the same, and two databases are not.
#include "agent/doctor/check_same_database.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/fleets.h"
#include "tests/agent/doctor/replica_sets.h"

using agent::check_same_database;
using agent::DoctorResult;
using agent::Facts;
using tests::fleet_with;

namespace {

Facts database(const std::string& hosts, const std::string& set = "", const std::string& name = "",
               const std::string& srv = "") {
  return {{"uri.hosts", hosts}, {"uri.set", set}, {"uri.database", name}, {"uri.srv", srv}};
}

std::optional<DoctorResult> result(const std::vector<Facts>& facts) {
  const auto found = check_same_database(fleet_with(facts));
  return found.empty() ? std::nullopt : std::optional(found.front().result);
}

}  // namespace

TEST_CASE("HA302: the same set, the same SRV name or a member in common is one database") {
  CHECK(result({database("db1:27017,db2:27017", "appdb"), database("db3:27017", "appdb")}) == DoctorResult::ok);
  CHECK(result({database("", "", "", "db.example.com"), database("", "", "", "DB.example.com")}) == DoctorResult::ok);
  CHECK(result({database("db1:27017,db2:27017"), database("DB2:27017,db3:27017")}) == DoctorResult::ok);
  CHECK(result({database("db1:27017", "appdb"), database("db1:27017")}) == DoctorResult::ok);
}

TEST_CASE("HA302: other names at the end of the URI are a risk where the set or a member is the same") {
  CHECK(result({database("db1:1", "appdb", "admin"), database("db1:1", "appdb", "mms")}) == DoctorResult::risk);
  CHECK(result({database("db1:1", "", "admin"), database("db1:1,db2:1", "", "mms")}) == DoctorResult::risk);
  const auto found =
      check_same_database(fleet_with({database("db1:1", "appdb", "admin"), database("db1:1", "appdb", "mms")}));
  CHECK(found.front().evidence ==
        "om1 and om2 end mongo.mongoUri with different databases: admin, mms; with the same authSource that may be "
        "harmless");
}

TEST_CASE("HA302: different sets or databases are a fault") {
  CHECK(result({database("db1:27017", "appdb"), database("db1:27017", "other")}) == DoctorResult::fault);
  CHECK(result({database("db1:27017", "", "a"), database("db2:27017", "appdb", "b")}) == DoctorResult::fault);
  CHECK(result({database("db1:1", "appdb"), database("db1:1", "appdb"), database("db1:1", "x")}) ==
        DoctorResult::fault);
}

TEST_CASE("HA302: lists without a common member are a risk, because a machine may have several names") {
  CHECK(result({database("db1:27017"), database("db2:27017")}) == DoctorResult::risk);
  CHECK(result({database("db1:27017"), database("", "", "", "db.example.com")}) == DoctorResult::risk);
}

TEST_CASE("HA302: localhost is another machine on each host") {
  CHECK(result({database("localhost:27017"), database("localhost:27017")}) == DoctorResult::risk);
  CHECK(result({database("127.0.0.1:27017,db1:1"), database("127.0.0.1:27017,db2:1")}) == DoctorResult::risk);
}

TEST_CASE("HA302: lists without a common member are unknown behind a mongos, of which each host may have its own") {
  auto evidence = fleet_with({database("localhost:27017"), database("localhost:27017")});
  evidence.databases = {tests::replica_set(1, "")};
  evidence.databases.front().answers.front().kind = agent::MemberKind::mongos;
  const auto found = check_same_database(evidence);
  CHECK(found.front().result == DoctorResult::unknown);
  CHECK(found.front().needs == "a look by hand whether each mongos is of the same sharded cluster");
  evidence = fleet_with({database("localhost:27017", "", "a"), database("localhost:27017", "", "b")});
  evidence.databases = {tests::replica_set(1, "")};
  evidence.databases.front().answers.front().kind = agent::MemberKind::mongos;
  CHECK(check_same_database(evidence).front().result == DoctorResult::fault);
}

TEST_CASE("HA302: a host without the line, or without facts, is unknown and no fault") {
  CHECK(result({database("db1:27017"), {}}) == DoctorResult::unknown);
  CHECK(result({database("db1:27017"), database("")}) == DoctorResult::unknown);
  CHECK_FALSE(result({{}, {}}));
  CHECK_FALSE(result({database("db1:27017")}));
  auto offline = fleet_with({database("db1:27017")});
  offline.offline = true;
  CHECK(check_same_database(offline).front().result == DoctorResult::unknown);
}

TEST_CASE("HA302: one that names no database differs from nobody") {
  CHECK(result({database("db1:27017", "appdb", "mms"), database("db1:27017", "appdb", "")}) == DoctorResult::ok);
}

TEST_CASE("HA302: lists without a common member are one database if the members that answer say so") {
  auto evidence = fleet_with({database("alias1:27017"), database("db2.example.com:27017")});
  CHECK(check_same_database(evidence).front().result == DoctorResult::risk);
  evidence.databases = {tests::replica_set()};
  CHECK(check_same_database(evidence).front().result == DoctorResult::ok);
  evidence = fleet_with({database("alias1:27017"), database("alias2:27017", "appdb")});
  CHECK(check_same_database(evidence).front().result == DoctorResult::risk);
  evidence.databases = {tests::replica_set()};
  CHECK(check_same_database(evidence).front().result == DoctorResult::ok);
  evidence = fleet_with({database("alias1:27017"), database("alias2:27017", "other")});
  evidence.databases = {tests::replica_set()};
  CHECK(check_same_database(evidence).front().result == DoctorResult::risk);
}
