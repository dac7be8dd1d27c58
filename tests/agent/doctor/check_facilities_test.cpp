// SPDX-License-Identifier: ISC
#include "agent/doctor/check_facilities.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/replica_sets.h"

using namespace tests;
using agent::check_facilities;
using agent::DoctorResult;
using agent::Evidence;

namespace {

agent::DoctorFinding finding(const Evidence& evidence, std::string_view id) {
  auto found = with_id(check_facilities(evidence), id);
  std::erase_if(found, [](const agent::DoctorFinding& one) { return one.object != "appdb"; });
  return found.size() == 1 ? found.front() : agent::DoctorFinding{.id = ""};
}

std::optional<DoctorResult> result(const Evidence& evidence, std::string_view id) {
  const auto found = finding(evidence, id);
  return found.id.empty() ? std::nullopt : std::optional(found.result);
}

// The members have these tags, and answer from far away. An empty one: no tag.
Evidence tagged(const std::vector<std::string>& tags) {
  auto database = replica_set(static_cast<int>(tags.size()));
  for (std::size_t at = 0; at < tags.size(); ++at) {
    database.answers.at(at).round_trip = std::chrono::milliseconds(9);
    if (!tags.at(at).empty()) database.answers.at(at).tags = {{"dc", tags.at(at)}};
  }
  return seen_from_om1(database);
}

Evidence hosts_in(Evidence evidence, const std::string& facility) {
  for (auto& host : evidence.hosts) host.facts->insert_or_assign("facility", facility);
  return evidence;
}

}  // namespace

TEST_CASE("HA307: no majority, or one away from Ops Manager, is a risk, and one beside it is not") {
  CHECK(result(hosts_in(tagged({"fra1", "fra1", "ams1"}), "fra1"), "HA307") == DoctorResult::ok);
  CHECK(result(hosts_in(tagged({"fra1", "ams1", "lon1"}), "fra1"), "HA307") == DoctorResult::risk);
  CHECK(result(hosts_in(tagged({"ams1", "ams1", "fra1"}), "fra1"), "HA307") == DoctorResult::risk);
  CHECK(result(hosts_in(tagged({"fra1", "fra1", "fra1"}), "fra1"), "HA307") == DoctorResult::ok);
  // A half is no majority.
  CHECK(result(hosts_in(tagged({"fra1", "fra1", "ams1", "ams1"}), "ams1"), "HA307") == DoctorResult::risk);
}

TEST_CASE("HA307: all members in one facility are right only if Ops Manager is not known to be in another") {
  const std::vector<std::string> all(3, "fra1");
  const auto nobody_knows = finding(tagged(all), "HA307");
  CHECK(nobody_knows.result == DoctorResult::ok);
  CHECK(nobody_knows.evidence.starts_with("all votes are in fra1, and the facility of Ops Manager is not known"));
  auto away = tagged(all);
  away.facilities = {{"fra1", {"*.example.com"}}, {"ams1", {"om1", "om2"}}};
  CHECK(result(away, "HA307") == DoctorResult::risk);
  away.facilities.back().patterns = {"om1"};
  CHECK(result(away, "HA307") == DoctorResult::unknown);
  // Names that are not comparable.
  CHECK(result(hosts_in(tagged(all), "eu-1"), "HA307") == DoctorResult::unknown);
}

TEST_CASE("HA307: hosts in several facilities, one of which has the majority, are right") {
  auto evidence = hosts_in(tagged({"ams1", "ams1", "fra1"}), "fra1");
  evidence.hosts.at(1).facts->insert_or_assign("facility", "ams1");
  CHECK(result(evidence, "HA307") == DoctorResult::ok);
}

TEST_CASE("HA307: all members in one facility are right there, and a risk where Ops Manager is known to be elsewhere") {
  CHECK(result(tagged({"ams1", "ams1", "ams1"}), "HA307") == DoctorResult::ok);
  auto evidence = hosts_in(tagged({"ams1", "ams1", "ams1"}), "fra1");
  CHECK(result(evidence, "HA307") == DoctorResult::unknown);  // by names that may mean the same
  evidence.facilities = {{"fra1", {"om*"}}, {"ams1", {"db*.example.com"}}};
  CHECK(result(evidence, "HA307") == DoctorResult::risk);
  CHECK_FALSE(result(evidence, "HA308"));
}

TEST_CASE("HA307: names of facilities that are not comparable say nothing") {
  const auto evidence = hosts_in(tagged({"eu-1a", "eu-1a", "eu-1b"}), "fra1");
  CHECK(result(evidence, "HA307") == DoctorResult::unknown);
  CHECK(result(evidence, "HA308") == DoctorResult::unknown);
}

TEST_CASE("HA307: what nobody knows of members or hosts is unknown") {
  CHECK(result(hosts_in(tagged({"fra1", "", "ams1"}), "fra1"), "HA307") == DoctorResult::unknown);
  CHECK(result(hosts_in(tagged({"fra1", "fra1", ""}), "fra1"), "HA307") == DoctorResult::ok);
  CHECK(result(tagged({"fra1", "fra1", "ams1"}), "HA307") == DoctorResult::unknown);
  // A host that says nothing may be beside the majority.
  auto half = hosts_in(tagged({"ams1", "ams1", "fra1"}), "fra1");
  half.hosts.at(1).facts->erase("facility");
  CHECK(result(half, "HA307") == DoctorResult::unknown);
  const auto nothing = finding(tagged({"", "", ""}), "HA307");
  CHECK(nothing.result == DoctorResult::unknown);
  CHECK(nothing.needs == finding(tagged({"", "", ""}), "HA308").needs);
}

TEST_CASE("HA307: members that all answer within 2 ms count as one facility") {
  const auto near = seen_from_om1(replica_set());
  CHECK(result(near, "HA307") == DoctorResult::ok);
  CHECK(result(near, "HA308") == DoctorResult::ok);
  auto database = replica_set();
  silence(database, 2);
  CHECK(result(seen_from_om1(database), "HA307") == DoctorResult::unknown);
}

TEST_CASE("HA307: facilities come from the configuration before the tags, and votes from a login") {
  auto evidence = tagged({"x", "x", "x"});
  evidence.facilities = {{"fra1", {"db1.example.com", "192.0.2.2", "om1", "om2"}}, {"ams1", {"192.0.2.3/32"}}};
  CHECK(result(evidence, "HA307") == DoctorResult::ok);
  CHECK(finding(evidence, "HA307").evidence.starts_with("votes: ams1 1, fra1 2"));
  evidence.databases.front() = with_login(evidence.databases.front());
  evidence.databases.front().members.at(0).votes = 0;
  CHECK(result(evidence, "HA307") == DoctorResult::risk);
}

TEST_CASE("HA308: electable members away from Ops Manager are a risk, and with priority 0 they are not") {
  auto evidence = hosts_in(tagged({"fra1", "fra1", "ams1"}), "fra1");
  CHECK(result(evidence, "HA308") == DoctorResult::risk);
  CHECK(finding(evidence, "HA308").evidence.find(member_name(3)) != std::string::npos);
  for (auto& answer : evidence.databases.front().answers) {
    answer.hosts.resize(2);
    answer.passives = {member_name(3)};
  }
  CHECK(result(evidence, "HA308") == DoctorResult::ok);
}

TEST_CASE("HA308: an electable member of which nobody knows the facility leaves it open") {
  CHECK(result(hosts_in(tagged({"fra1", "fra1", ""}), "fra1"), "HA308") == DoctorResult::unknown);
}

TEST_CASE("HA308: while the majority is in the wrong facility, nobody is advised to fasten the primary there") {
  CHECK_FALSE(result(hosts_in(tagged({"ams1", "ams1", "fra1"}), "fra1"), "HA308"));
  CHECK_FALSE(result(hosts_in(tagged({"ams1", "lon1", "fra1"}), "fra1"), "HA308"));
}

TEST_CASE("HA309: members at one address are a risk, at several not, and a silent one leaves it open") {
  auto evidence = seen_from_om1(replica_set());
  CHECK(result(evidence, "HA309") == DoctorResult::ok);
  for (auto& answer : evidence.databases.front().answers) answer.address = "192.0.2.1";
  CHECK(result(evidence, "HA309") == DoctorResult::risk);
  evidence.databases.front().answers.at(1).address = "127.0.0.2";
  CHECK(result(evidence, "HA309") == DoctorResult::ok);
  // 192.0.2.101 is an address of this host.
  for (const std::size_t at : {0U, 2U}) evidence.databases.front().answers.at(at).address = "192.0.2.101";
  CHECK(result(evidence, "HA309") == DoctorResult::risk);
  CHECK(finding(evidence, "HA309").evidence == "all 3 members answer at this host");
  for (const std::size_t at : {0U, 2U}) evidence.databases.front().answers.at(at).address = "192.0.2.1";
  evidence.databases.front().answers.at(1).address = "192.0.2.1";
  silence(evidence.databases.front(), 2);
  CHECK(result(evidence, "HA309") == DoctorResult::unknown);
  CHECK_FALSE(result(seen_from_om1(replica_set(1)), "HA309"));
}

TEST_CASE("HA309: hosts of Ops Manager with the same addresses are one machine") {
  auto evidence = seen_from_om1(replica_set());
  const auto of_hosts = [&] {
    auto found = with_id(check_facilities(evidence), "HA309");
    std::erase_if(found, [](const agent::DoctorFinding& one) { return one.object != "all hosts"; });
    return found.empty() ? std::nullopt : std::optional(found.front().result);
  };
  // A bridge for containers has the same address everywhere.
  evidence.hosts.at(0).facts->insert_or_assign("addresses", "127.0.0.1,172.17.0.1,192.0.2.101");
  evidence.hosts.at(1).facts->insert_or_assign("addresses", "127.0.0.1,172.17.0.1,192.0.2.102");
  CHECK(of_hosts() == DoctorResult::ok);
  evidence.hosts.at(1).facts->insert_or_assign("addresses", "127.0.0.1,172.17.0.1,192.0.2.101");
  CHECK(of_hosts() == DoctorResult::risk);
  evidence.offline = true;
  CHECK(of_hosts() == DoctorResult::unknown);
  evidence.offline = false;
  evidence.hosts.at(1).facts->insert_or_assign("addresses", "127.0.0.1");
  CHECK(of_hosts() == DoctorResult::unknown);
  evidence.hosts.pop_back();
  CHECK_FALSE(of_hosts());
}
