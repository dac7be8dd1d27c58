// SPDX-License-Identifier: ISC
#include "agent/doctor/check_daemons.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/fleets.h"

using agent::DoctorResult;
using agent::Facts;
using tests::fleet_with;
using tests::with_id;

namespace {

constexpr const char* no_key = "an API key";

Facts running(const std::string& name, const std::string& parts, const std::string& unit = "") {
  Facts facts{{"names", name}, {"om.running", parts}, {"om.started", "90000"}, {"addresses", "10.0.0.1"}};
  if (!unit.empty()) facts.emplace("units", "mongodb-mms=enabled/active,mongodb-mms-backup-daemon=" + unit);
  return facts;
}

agent::ApiDaemon daemon(const std::string& machine) {
  return {.machine = machine,
          .head_directory = "/head/",
          .configured = true,
          .backups = true,
          .queryable_restores = true,
          .grooms = true};
}

agent::Evidence without_api(const std::vector<Facts>& facts) {
  auto evidence = fleet_with(facts);
  evidence.api = agent::ApiEvidence{.not_asked = no_key};
  return evidence;
}

agent::Evidence with_api(const std::vector<Facts>& facts, std::vector<agent::ApiDaemon> daemons) {
  auto evidence = fleet_with(facts);
  evidence.api.emplace();
  evidence.api->reply.ends.fill(agent::ApiEnd::answered);
  evidence.api->reply.daemons = std::move(daemons);
  return evidence;
}

agent::DoctorFinding only(const agent::Evidence& evidence, std::string_view id) {
  const auto found = with_id(agent::check_daemons(evidence), id);
  REQUIRE(found.size() == 1);
  return found.front();
}

DoctorResult result_of(const agent::Evidence& evidence, std::string_view id) { return only(evidence, id).result; }

}  // namespace

TEST_CASE("HA401: one daemon is a risk, two that run may not be activated, and none means that backups are not used") {
  CHECK(result_of(without_api({running("om1", "web,daemon"), running("om2", "web")}), "HA401") == DoctorResult::risk);
  const auto both = without_api({running("om1", "daemon"), running("om2", "daemon")});
  CHECK(only(both, "HA401").needs == no_key);
  const auto unused = without_api({running("om1", "web"), running("om2", "web")});
  CHECK(agent::check_daemons(unused).size() == 1);
  CHECK(result_of(unused, "HA401") == DoctorResult::note);
}

TEST_CASE("HA401: a host of which nobody knows makes one daemon unknown") {
  auto evidence = without_api({running("om1", "daemon"), running("om2", "")});
  evidence.hosts.push_back(tests::silent("om3"));
  CHECK(only(evidence, "HA401").needs == "facts from om3");
}

TEST_CASE("HA401: what Ops Manager says counts more than processes") {
  const std::vector<Facts> both = {running("om1", "web,daemon"), running("om2", "web,daemon")};
  CHECK(result_of(with_api(both, {daemon("om1")}), "HA401") == DoctorResult::risk);
  CHECK(result_of(with_api(both, {daemon("om1"), daemon("om2")}), "HA401") == DoctorResult::ok);
  CHECK(result_of(with_api(both, {daemon("om1"), daemon("om1.example.com")}), "HA401") == DoctorResult::risk);
  auto idle = daemon("om1");
  idle.configured = false;
  CHECK(agent::check_daemons(with_api(both, {idle})).size() == 1);
}

TEST_CASE("HA401: queryable restores and grooms each need two machines") {
  const std::vector<Facts> both = {running("om1", "daemon"), running("om2", "daemon")};
  auto second = daemon("om2");
  second.grooms = false;
  CHECK(only(with_api(both, {daemon("om1"), second}), "HA401").evidence ==
        "activated on om1 and om2; grooms only on om1");
  CHECK(result_of(with_api(both, {daemon("om1"), second}), "HA401") == DoctorResult::risk);
  auto first = daemon("om1");
  first.queryable_restores = second.queryable_restores = false;
  CHECK(only(with_api(both, {first, second}), "HA401").evidence ==
        "activated on om1 and om2; queryable restores on none of them; grooms only on om1");
}

TEST_CASE("HA402: an enabled unit that is stopped is a risk, and one that starts is not judged") {
  const auto of = [](const std::string& unit) {
    return only(without_api({running("om1", "web", unit), running("om2", "web")}), "HA402");
  };
  CHECK(of("enabled/failed").result == DoctorResult::risk);
  CHECK(of("enabled/inactive").result == DoctorResult::risk);
  CHECK(of("enabled/activating").result == DoctorResult::unknown);
  CHECK(
      with_id(agent::check_daemons(without_api({running("om1", "web", "disabled/inactive"), running("om2", "daemon")})),
              "HA402")
          .size() == 1);
}

TEST_CASE("HA402: a daemon that runs and is not activated is a note, and without the API it is unknown") {
  const std::vector<Facts> facts = {running("om1", "web,daemon"), running("om2", "web")};
  CHECK(result_of(with_api(facts, {daemon("om1.example.com")}), "HA402") == DoctorResult::ok);
  CHECK(result_of(with_api(facts, {daemon("om2")}), "HA402") == DoctorResult::note);
  CHECK(only(without_api(facts), "HA402").needs == no_key);
}

TEST_CASE("HA403 and HA404: boxes and labels are told as Ops Manager has them") {
  const std::vector<Facts> facts = {running("om1", "daemon"), running("om2", "daemon")};
  auto queryable = daemon("om2");
  queryable.backups = queryable.grooms = false;
  queryable.labels = {"fra1"};
  const auto right = with_api(facts, {daemon("om1"), queryable});
  CHECK(result_of(right, "HA403") == DoctorResult::ok);
  CHECK(only(right, "HA404").evidence.starts_with("labels: om2 (fra1)"));
  const auto plain = with_api(facts, {daemon("om1"), daemon("om2")});
  CHECK(result_of(plain, "HA403") == DoctorResult::note);
  CHECK(result_of(plain, "HA404") == DoctorResult::note);
  auto bound = plain;
  bound.api->reply.projects = 7;
  bound.api->reply.bound_projects = 2;
  CHECK(only(bound, "HA404").result == DoctorResult::ok);
  CHECK(only(bound, "HA404").evidence.ends_with("2 of 7 projects are bound to certain daemons, stores or labels"));
  CHECK(only(without_api(facts), "HA403").needs == no_key);
  CHECK(only(without_api(facts), "HA404").needs == no_key);
}

TEST_CASE("HA405: an activated daemon that does not run is a fault, unless it may be on its way") {
  const auto of = [](const Facts& facts) {
    return result_of(with_api({facts, running("om2", "web")}, {daemon("om1")}), "HA405");
  };
  CHECK(of(running("om1", "web,daemon")) == DoctorResult::ok);
  CHECK(of(running("om1", "web")) == DoctorResult::fault);
  CHECK(of(running("om1", "", "enabled/failed")) == DoctorResult::fault);
  CHECK(of(running("om1", "web", "enabled/activating")) == DoctorResult::unknown);
  // Nothing runs, and no unit says whether it should.
  CHECK(of(running("om1", "")) == DoctorResult::unknown);
  auto started = running("om1", "web");
  started["om.started"] = "60";
  CHECK(of(started) == DoctorResult::unknown);
  CHECK(of({{"names", "om1"}}) == DoctorResult::unknown);
}

TEST_CASE("HA405: a machine that nobody is called by is a risk only when every host is known") {
  auto evidence = with_api({running("om1", "daemon"), running("om2", "web")}, {daemon("lost.example.com")});
  CHECK(result_of(evidence, "HA405") == DoctorResult::risk);
  evidence.hosts.push_back(tests::silent("om3", agent::PeerResult::unreachable));
  CHECK(only(evidence, "HA405").needs == "facts from om3");
}

TEST_CASE("HA405: a host is known by each of its names, with or without a domain, and by its addresses") {
  const auto of = [](const std::string& names, const std::string& machine) {
    return result_of(with_api({running(names, "daemon"), running("om9", "web")}, {daemon(machine)}), "HA405");
  };
  CHECK(of("om1", "OM1.example.com") == DoctorResult::ok);
  CHECK(of("om1.example.com", "om1") == DoctorResult::ok);
  CHECK(of("host7,om1.example.com", "om1.example.com") == DoctorResult::ok);
  CHECK(of("om1.example.com", "om1.example.org") == DoctorResult::risk);
  CHECK(of("om1", "om11") == DoctorResult::risk);
  CHECK(of("om1", "10.0.0.1") == DoctorResult::ok);
}

TEST_CASE("HA40x: what Ops Manager refuses is unknown, with the role that is enough") {
  auto evidence = with_api({running("om1", "daemon"), running("om2", "daemon")}, {});
  evidence.api->reply.ends.fill(agent::ApiEnd::refused);
  for (const char* id : {"HA403", "HA404", "HA405"})
    CHECK(only(evidence, id).needs.find("the role Global Read Only") != std::string::npos);
}
