// SPDX-License-Identifier: ISC
#include "agent/doctor/check_database_members.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/replica_sets.h"

using namespace tests;
using agent::check_database_members;
using agent::DatabaseEnd;
using agent::DatabaseEvidence;
using agent::DoctorResult;
using agent::Evidence;
using agent::MemberKind;

namespace {

std::optional<DoctorResult> result(const Evidence& evidence, std::string_view id) {
  return result_of(check_database_members(evidence), id);
}

std::optional<DoctorResult> result(const DatabaseEvidence& database, std::string_view id) {
  return result(seen_from_om1(database), id);
}

// HA303 of om1.
agent::DoctorFinding list_of_om1(const DatabaseEvidence& database) {
  auto found = with_id(check_database_members(seen_from_om1(database)), "HA303");
  std::erase_if(found, [](const agent::DoctorFinding& finding) { return finding.object != "om1"; });
  REQUIRE(found.size() == 1);
  return found.front();
}

DatabaseEvidence standalone() {
  auto database = replica_set(1, "");
  database.answers.front().kind = MemberKind::standalone;
  database.answers.front().hosts.clear();
  return database;
}

}  // namespace

TEST_CASE("HA301: a database that names no set is a fault, and a replica set or a mongos is not") {
  CHECK(result(standalone(), "HA301") == DoctorResult::fault);
  CHECK(result(replica_set(), "HA301") == DoctorResult::ok);
  auto mongos = replica_set(1, "");
  mongos.answers.front().kind = MemberKind::mongos;
  CHECK(result(mongos, "HA301") == DoctorResult::ok);
}

TEST_CASE("HA301: one host with one database, as in a test, is a risk and no fault") {
  auto evidence = seen_from_om1(standalone());
  evidence.hosts.pop_back();
  CHECK(result(evidence, "HA301") == DoctorResult::risk);
  evidence.databases.front().set = "appdb";  // somebody wanted a set
  CHECK(result(evidence, "HA301") == DoctorResult::fault);
  auto two = standalone();
  two.answers.push_back(two.answers.front());
  two.answers.back().asked = member_name(2);
  evidence.databases.front() = two;
  CHECK(result(evidence, "HA301") == DoctorResult::fault);
}

TEST_CASE("HA301: a member that is of no set for a moment is no fault") {
  auto database = standalone();
  database.again = database.answers;
  database.answers.front().kind = MemberKind::other;
  CHECK(result(database, "HA301") == DoctorResult::unknown);
  auto later = replica_set();
  later.answers.at(2).kind = MemberKind::standalone;
  later.answers.at(2).set.clear();
  CHECK(result(later, "HA301") == DoctorResult::ok);
}

TEST_CASE("HA303: a member that is not listed is a risk, and all of them listed is right") {
  CHECK(list_of_om1(replica_set()).result == DoctorResult::ok);
  auto database = replica_set();
  database.listed = {member_name(1)};
  const auto finding = list_of_om1(database);
  CHECK(finding.result == DoctorResult::risk);
  CHECK(finding.evidence.find("1 of 3") != std::string::npos);
  CHECK(finding.evidence.find(member_name(3)) != std::string::npos);
}

TEST_CASE("HA303: other names of the members count, and a silent name may be one") {
  auto database = replica_set();
  for (std::size_t at = 0; at < 3; ++at) database.answers.at(at).asked = "alias" + std::to_string(at) + ":27017";
  database.listed = {"alias0:27017", "alias1:27017", "alias2:27017"};
  CHECK(list_of_om1(database).result == DoctorResult::ok);
  silence(database, 2);
  CHECK(list_of_om1(database).result == DoctorResult::unknown);
  database.listed.erase(database.listed.begin());
  CHECK(list_of_om1(database).result == DoctorResult::risk);
}

TEST_CASE("HA303: arbiters, hidden members and members of priority 0 need not be listed") {
  auto database = with_arbiter(replica_set(4));
  database.listed = {member_name(1), member_name(2), member_name(3)};
  CHECK(list_of_om1(database).result == DoctorResult::ok);
  CHECK(list_of_om1(database).evidence.find("3 of 3") != std::string::npos);
  database = replica_set(3);
  for (auto& answer : database.answers) answer.passives = {member_name(4)};
  CHECK(list_of_om1(database).result == DoctorResult::ok);
  CHECK(list_of_om1(database).evidence.ends_with("; members of priority 0 need not be listed: " + member_name(4)));
  database = with_login(replica_set());
  database.members.push_back({.name = member_name(4), .priority = 0, .hidden = true});
  CHECK(list_of_om1(database).result == DoctorResult::ok);
  CHECK(list_of_om1(database).evidence.find("3 of 3") != std::string::npos);
}

TEST_CASE("HA303: a listed host of another set is a risk if it was so twice") {
  auto database = replica_set();
  database.again = database.answers;
  database.again.at(2).set = "other";
  CHECK(list_of_om1(database).result == DoctorResult::ok);
  database.answers.at(2).set = "other";
  CHECK(list_of_om1(database).result == DoctorResult::risk);
  database.answers.at(1).set = database.again.at(1).set = "other";
  CHECK(list_of_om1(database).evidence.ends_with(", and hosts that are not members of it: " + member_name(2) + " and " +
                                                 member_name(3)));
}

TEST_CASE("HA303: a host of another set is a risk beside a complete list, too") {
  auto database = replica_set();
  database.answers.push_back(replica_set(1, "other").answers.front());
  auto& other = database.answers.back();
  other.asked = other.me = "other.example.com:27017";
  database.listed.push_back(other.asked);
  const auto finding = list_of_om1(database);
  CHECK(finding.result == DoctorResult::risk);
  CHECK(finding.evidence.find("hosts that are not members of it: other.example.com:27017") != std::string::npos);
}

TEST_CASE("HA303: an SRV name of another host is known here only if this host has the same") {
  auto evidence = seen_from_om1(replica_set());
  evidence.hosts.at(0).facts->insert_or_assign("uri.srv", "db.example.com");
  for (const char* name : {"DB.example.com", "other.example.com"}) {
    evidence.hosts.at(1).facts->insert_or_assign("uri.hosts", "");
    evidence.hosts.at(1).facts->insert_or_assign("uri.srv", name);
    const bool same = std::string_view(name).starts_with("DB");
    const auto found = with_id(check_database_members(evidence), "HA303");
    REQUIRE(found.size() == 2);
    CHECK(found.at(1).result == (same ? DoctorResult::ok : DoctorResult::unknown));
  }
}

TEST_CASE("HA303: each host of the fleet has its own list") {
  auto evidence = seen_from_om1(replica_set());
  evidence.hosts.at(1).facts->insert_or_assign("uri.hosts", "db1.example.com:27017");
  auto found = with_id(check_database_members(evidence), "HA303");
  REQUIRE(found.size() == 2);
  CHECK(found.at(0).result == DoctorResult::ok);
  CHECK(found.at(1).result == DoctorResult::risk);
  CHECK(found.at(1).object == "om2");
  // What localhost is there, nobody knows here.
  evidence.hosts.at(1).facts->insert_or_assign("uri.hosts", "localhost:27017");
  CHECK(with_id(check_database_members(evidence), "HA303").at(1).result == DoctorResult::unknown);
  evidence.hosts.at(1).facts = agent::Facts{{"uri.unreadable", "user"}};
  found = with_id(check_database_members(evidence), "HA303");
  CHECK(found.at(1).result == DoctorResult::unknown);
  CHECK(found.at(1).needs.find("the user") != std::string::npos);
}

TEST_CASE("HA305: no answer, no primary or a silent primary is a fault if it is so twice") {
  CHECK(result(replica_set(), "HA305") == DoctorResult::ok);
  auto nobody = replica_set();
  for (std::size_t at = 0; at < 3; ++at) silence(nobody, at, DatabaseEnd::no_connection);
  CHECK(result(nobody, "HA305") == DoctorResult::fault);
  auto none_known = replica_set();
  without_primary(none_known);
  CHECK(result(none_known, "HA305") == DoctorResult::fault);
  auto silent_primary = replica_set();
  silence(silent_primary, 0);
  CHECK(result(silent_primary, "HA305") == DoctorResult::fault);
}

TEST_CASE("HA305: an election is no fault") {
  auto database = replica_set();
  without_primary(database);
  database.again = replica_set().answers;
  CHECK(result(database, "HA305") == DoctorResult::ok);
  // Still going on at the second look, and in another way than at the first.
  database.again = database.answers;
  end_of(database.again.at(0), DatabaseEnd::no_connection);
  database.again.at(1).primary = database.again.at(2).primary = member_name(1);
  CHECK(result(database, "HA305") == DoctorResult::unknown);
  // Seen once.
  database.again.clear();
  CHECK(result(database, "HA305") == DoctorResult::unknown);
}

TEST_CASE("HA305: hosts without an address are looked at once, which is not two looks that differ") {
  auto database = replica_set();
  for (auto& answer : database.answers) end_of(answer, DatabaseEnd::no_name);
  const auto found = the(check_database_members(seen_from_om1(database)), "HA305");
  CHECK(found.result == DoctorResult::unknown);
  CHECK(found.needs == "an answer of " + member_name(1) + " to this host: its name has no address here");
  auto some = replica_set();
  without_primary(some);
  some.again.clear();
  CHECK(the(check_database_members(seen_from_om1(some)), "HA305").needs == "a second look at the members");
}

TEST_CASE("a server that closes the connection may be one that demands TLS") {
  auto database = replica_set();
  for (std::size_t at = 0; at < 3; ++at) silence(database, at, DatabaseEnd::broken);
  const auto needs = the(check_database_members(seen_from_om1(database)), "HA301").needs;
  CHECK(needs.find("it closed the connection") != std::string::npos);
  CHECK(needs.find("tls=true") != std::string::npos);
  CHECK(agent::seen_database(database, {}).members.front().state == "no valid answer");
}

TEST_CASE("HA305: what looks the same behind a firewall is unknown where Ops Manager does not run, or just started") {
  auto evidence = seen_from_om1(replica_set());
  for (std::size_t at = 0; at < 3; ++at) silence(evidence.databases.front(), at);
  evidence.hosts.front().facts->insert_or_assign("om.running", "");
  CHECK(result(evidence, "HA305") == DoctorResult::unknown);
  evidence.hosts.front().facts->erase("om.running");
  CHECK(result(evidence, "HA305") == DoctorResult::unknown);
  evidence.hosts.front().facts->insert_or_assign("om.running", "daemon");
  evidence.hosts.front().facts->insert_or_assign("om.started", "1199");
  CHECK(result(evidence, "HA305") == DoctorResult::unknown);
  evidence.hosts.front().facts->insert_or_assign("om.started", "1201");
  CHECK(result(evidence, "HA305") == DoctorResult::fault);
}

TEST_CASE("HA305: where members answer, no firewall is suspected") {
  auto database = replica_set();
  without_primary(database);
  auto evidence = seen_from_om1(database);
  evidence.hosts.front().facts->insert_or_assign("om.running", "");
  CHECK(the(check_database_members(evidence), "HA305").needs ==
        "a run on a host where Ops Manager runs: nothing here shows that the database is in use");
  evidence = seen_from_om1(replica_set());
  for (std::size_t at = 0; at < 3; ++at) silence(evidence.databases.front(), at);
  evidence.hosts.front().facts->insert_or_assign("om.running", "");
  CHECK(the(check_database_members(evidence), "HA305").needs ==
        "a run on a host where Ops Manager runs: a firewall looks the same from here");
}

TEST_CASE("HA305: a member that was not understood may be the primary") {
  for (const DatabaseEnd end : {DatabaseEnd::untrusted, DatabaseEnd::too_new, DatabaseEnd::no_tls, DatabaseEnd::broken,
                                DatabaseEnd::not_asked}) {
    auto database = replica_set();
    without_primary(database);
    silence(database, 0, end);
    CHECK(result(database, "HA305") == DoctorResult::unknown);
  }
}

TEST_CASE("HA305: a primary that has just stepped down, or of which members disagree, is unknown") {
  auto down = replica_set();
  down.answers.front().kind = MemberKind::secondary;
  down.again = down.answers;
  CHECK(result(down, "HA305") == DoctorResult::unknown);
  auto apart = replica_set();
  silence(apart, 0);
  for (auto* answers : {&apart.answers, &apart.again}) answers->at(2).primary = member_name(2);
  CHECK(result(apart, "HA305") == DoctorResult::unknown);
}

TEST_CASE("HA312: names in upper case, or numeric, are a note") {
  CHECK(result(replica_set(), "HA312") == DoctorResult::ok);
  auto database = replica_set();
  for (auto& answer : database.answers) answer.hosts.at(1) = "DB2.example.com:27017";
  CHECK(result(database, "HA312") == DoctorResult::note);
  for (auto& answer : database.answers) answer.hosts.at(1) = "192.0.2.2:27017";
  CHECK(result(database, "HA312") == DoctorResult::note);
}

TEST_CASE("a database that was not asked is unknown, with what is missing, and one that is not wanted says nothing") {
  DatabaseEvidence database{.of = "application", .not_asked = "libmongoc"};
  const auto findings = check_database_members(seen_from_om1(database));
  for (const char* id : {"HA301", "HA303", "HA305"}) {
    CAPTURE(id);
    CHECK(the(findings, id).result == DoctorResult::unknown);
    CHECK(the(findings, id).needs == "libmongoc");
  }
  CHECK(check_database_members(seen_from_om1(std::vector<DatabaseEvidence>())).empty());
}
