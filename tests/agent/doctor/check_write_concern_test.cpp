// SPDX-License-Identifier: ISC
#include "agent/doctor/check_write_concern.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/replica_sets.h"

using namespace tests;
using agent::check_write_concern;
using agent::DatabaseEnd;
using agent::DatabaseEvidence;
using agent::DoctorResult;
using agent::LoginEnd;

namespace {

agent::DoctorFinding finding(const DatabaseEvidence& database, std::string_view id,
                             const std::string& version = "8.0.15") {
  auto evidence = seen_from_om1(database);
  for (auto& host : evidence.hosts) host.facts->insert_or_assign("om.version", version);
  return the(check_write_concern(evidence), id);
}

DoctorResult result(const DatabaseEvidence& database, std::string_view id, const std::string& version = "8.0.15") {
  return finding(database, id, version).result;
}

// What the set itself says of a member, which is silent towards this host, too.
void report_down(DatabaseEvidence& database, std::size_t at) {
  silence(database, at);
  database.members.at(at).up = false;
}

// Three members with data and two arbiters: w: 2 can lose one of them, majority none.
DatabaseEvidence three_and_two() {
  auto database = replica_set(5);
  for (auto& answer : database.answers) {
    answer.hosts.resize(3);
    answer.arbiters = {member_name(4), member_name(5)};
  }
  database.answers.at(3).kind = database.answers.at(4).kind = agent::MemberKind::arbiter;
  return database;
}

}  // namespace

TEST_CASE("HA304: three members can lose one, and two members are a risk") {
  CHECK(result(replica_set(), "HA304") == DoctorResult::ok);
  CHECK(result(with_arbiter(replica_set()), "HA304") == DoctorResult::risk);
  CHECK(result(with_login(replica_set(2)), "HA304") == DoctorResult::risk);
}

TEST_CASE("HA304: a silent member is a risk at most, and only if it was silent twice") {
  auto database = replica_set();
  silence(database, 2);
  CHECK(result(database, "HA304") == DoctorResult::risk);
  silence(database, 1);
  CHECK(result(database, "HA304") == DoctorResult::risk);
  database.answers.at(1) = database.answers.at(2) = replica_set().answers.at(1);
  database.answers.at(2) = replica_set().answers.at(2);
  CHECK(result(database, "HA304") == DoctorResult::ok);
  auto once = replica_set();
  end_of(once.answers.at(2), DatabaseEnd::silent);
  CHECK(result(once, "HA304") == DoctorResult::unknown);
  CHECK(finding(once, "HA304").needs == "an answer of every member to this host: " + member_name(3) + " (no answer)");
}

TEST_CASE("HA304: members that the set itself reports down are a fault when too few are left") {
  auto database = with_login(replica_set());
  report_down(database, 2);
  CHECK(result(database, "HA304") == DoctorResult::risk);
  report_down(database, 1);
  CHECK(result(database, "HA304") == DoctorResult::fault);
  auto once = database;
  once.again.clear();
  CHECK(result(once, "HA304") == DoctorResult::unknown);
  // One of them says itself that it is up, at the last look.
  database.again.at(1) = replica_set().answers.at(1);
  CHECK(result(database, "HA304") == DoctorResult::risk);
}

TEST_CASE("HA304: too few members with data are a fault only if hidden ones are known") {
  auto database = with_arbiter(replica_set());
  for (auto& answer : database.answers) answer.arbiters = {member_name(2), member_name(3)};
  for (auto& answer : database.answers) answer.hosts = {member_name(1)};
  database.answers.at(1).kind = agent::MemberKind::arbiter;
  CHECK(result(database, "HA304") == DoctorResult::risk);
  CHECK(result(with_login(database), "HA304") == DoctorResult::fault);
}

TEST_CASE("HA304: a hidden member is likely where the others are an even number") {
  const auto found = finding(replica_set(2), "HA304");
  CHECK(found.result == DoctorResult::unknown);
  CHECK(found.needs == "[doctor] database_login = true in genkey-agent.toml");
  auto hidden = with_login(replica_set(2));
  hidden.members.push_back({.name = member_name(3), .priority = 0, .hidden = true, .up = true});
  CHECK(result(hidden, "HA304") == DoctorResult::ok);
}

TEST_CASE("HA304: a member that this host does not understand may be up") {
  for (const DatabaseEnd end : {DatabaseEnd::untrusted, DatabaseEnd::too_new, DatabaseEnd::broken, DatabaseEnd::no_tls,
                                DatabaseEnd::not_asked}) {
    auto database = replica_set();
    silence(database, 2, end);
    CHECK(result(database, "HA304") == DoctorResult::unknown);
  }
}

TEST_CASE("HA304: the version of Ops Manager decides between w: 2 and majority, and without one both apply") {
  CHECK(result(three_and_two(), "HA304", "8.0.25") == DoctorResult::ok);
  CHECK(result(three_and_two(), "HA304", "8.0.26.500.20260601") == DoctorResult::risk);
  CHECK(result(three_and_two(), "HA304", "9.0.0") == DoctorResult::risk);
  CHECK(result(three_and_two(), "HA304", "") == DoctorResult::risk);
  CHECK(finding(replica_set(), "HA304", "8.0.25").evidence.find("w: 2") != std::string::npos);
  CHECK(finding(replica_set(), "HA304", "8.0.26").evidence.find("majority") != std::string::npos);
  const std::string both = finding(replica_set(), "HA304", "").evidence;
  CHECK(both.find("its version is not known") != std::string::npos);
  CHECK(both.find("hello alone") != std::string::npos);
  CHECK(finding(with_login(replica_set()), "HA304").evidence.find("hello alone") == std::string::npos);
}

TEST_CASE("HA304: members without a vote count for w: 2 and not for majority") {
  auto database = with_login(replica_set(4));
  for (std::size_t at = 2; at < 4; ++at) database.members.at(at).votes = 0;
  CHECK(result(database, "HA304", "8.0.25") == DoctorResult::ok);
  CHECK(result(database, "HA304", "8.0.26") == DoctorResult::risk);
}

TEST_CASE("HA306: an arbiter in place of a third member is a risk, and three members are right") {
  CHECK(result(replica_set(), "HA306") == DoctorResult::ok);
  CHECK(result(with_arbiter(replica_set()), "HA306") == DoctorResult::risk);
  CHECK(result(with_arbiter(replica_set(4)), "HA306") == DoctorResult::ok);
  CHECK(result(replica_set(2), "HA306") == DoctorResult::unknown);
  CHECK(result(with_login(replica_set(2)), "HA306") == DoctorResult::risk);
}

TEST_CASE("HA306: one electable member alone is a risk") {
  auto database = replica_set();
  for (auto& answer : database.answers) {
    answer.hosts.resize(1);
    answer.passives = {member_name(2), member_name(3)};
  }
  CHECK(result(database, "HA306") == DoctorResult::risk);
}

TEST_CASE("HA313: defaults that somebody set are a risk, and without a login nobody knows") {
  auto database = with_login(replica_set());
  CHECK(result(database, "HA313") == DoctorResult::ok);
  database.defaults_set = true;
  CHECK(result(database, "HA313") == DoctorResult::risk);
  database.defaults_set.reset();
  CHECK(finding(database, "HA313").needs.find("getDefaultRWConcern") != std::string::npos);
  CHECK(finding(replica_set(), "HA313").needs.find("database_login") != std::string::npos);
  auto impossible = replica_set();
  impossible.login = LoginEnd::not_possible;
  impossible.login_needs = "a login by SCRAM";
  CHECK(finding(impossible, "HA313").needs == "a login by SCRAM");
  impossible.login = LoginEnd::refused;
  CHECK(result(impossible, "HA313") == DoctorResult::unknown);
}

TEST_CASE("HA313: whatever a login lacks is said, however it ended") {
  const auto needs = [](LoginEnd end, const std::string& login_needs) {
    auto database = replica_set();
    database.login = end;
    database.login_needs = login_needs;
    CHECK(agent::seen_database(database, {}).login_needs != "");
    return finding(database, "HA313").needs;
  };
  for (const LoginEnd end : {LoginEnd::refused, LoginEnd::failed, LoginEnd::done}) {
    CHECK(needs(end, "the role clusterMonitor") == "the role clusterMonitor");
    CHECK(needs(end, "") != "");
  }
  CHECK(needs(LoginEnd::done, "").starts_with("MongoDB 5.0 or later, and a user"));
}
