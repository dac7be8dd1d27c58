// SPDX-License-Identifier: ISC
#include "agent/doctor/check_heads.h"

#include <doctest/doctest.h>

#include "agent/doctor/head_facts.h"
#include "tests/agent/doctor/fleets.h"

using agent::DoctorResult;
using agent::Facts;
using tests::fleet_with;
using tests::with_id;

namespace {

Facts facts_of(const std::string& name, const std::string& mounts,
               const std::vector<agent::HeadDirectory>& heads = {}) {
  Facts facts{{"names", name}, {"om.running", "daemon"}, {"mounts", mounts}};
  if (!heads.empty()) facts.emplace("heads", agent::heads_fact(heads));
  return facts;
}

agent::Evidence fleet(const std::vector<Facts>& facts, const std::vector<std::string>& heads = {}) {
  auto evidence = fleet_with(facts);
  evidence.api.emplace();
  evidence.api->not_asked = heads.empty() ? "an API key" : "";
  if (!heads.empty()) evidence.api->reply.ends.fill(agent::ApiEnd::answered);
  for (std::size_t at = 0; at < heads.size(); ++at) {
    evidence.api->reply.daemons.push_back(
        {.machine = "om" + std::to_string(at + 1), .head_directory = heads.at(at), .configured = true});
  }
  return evidence;
}

std::vector<agent::DoctorFinding> found(const agent::Evidence& evidence, std::string_view id) {
  return with_id(agent::check_heads(evidence), id);
}

}  // namespace

TEST_CASE("HA406: one directory of a file server for two daemons is a risk, by whatever path they reach it") {
  const std::string mounts = "nfs4 nas1:/om /mnt/om";
  const auto shared = found(
      fleet({facts_of("om1", mounts), facts_of("om2", "nfs4 nas1:/om/ /data")}, {"/mnt/om/heads/", "/data/heads"}),
      "HA406");
  REQUIRE(shared.size() == 1);
  CHECK(shared.front().result == DoctorResult::risk);
  CHECK(shared.front().object == "nfs4 nas1:/om/heads");
  CHECK(shared.front().evidence == "it is the head directory of om1 and om2");
}

TEST_CASE("HA406: directories of their own are as they should be, and unknown mounts are unknown") {
  const std::string mounts = "nfs4 nas1:/om /mnt/om";
  const std::vector<std::string> apart = {"/mnt/om/om1", "/mnt/om/om2"};
  CHECK(found(fleet({facts_of("om1", mounts), facts_of("om2", mounts)}, apart), "HA406").front().result ==
        DoctorResult::ok);
  CHECK(found(fleet({facts_of("om1", ""), facts_of("om2", "")}, {"/head", "/head"}), "HA406").front().result ==
        DoctorResult::ok);
  auto evidence = fleet({facts_of("om1", mounts), facts_of("om2", mounts)}, apart);
  evidence.hosts.at(1).facts->erase("mounts");
  CHECK(found(evidence, "HA406").front().needs == "facts about the mounts of om2");
  CHECK(found(fleet({facts_of("om1", mounts)}, {"/mnt/om/a"}), "HA406").empty());
}

TEST_CASE("HA407: a file server, an absent directory and one without the right to write are risks") {
  const auto of = [](agent::HeadDirectory head) {
    return found(fleet({facts_of("om1", "", {std::move(head)}), facts_of("om2", "")}), "HA407").front();
  };
  CHECK(of({.path = "/head", .storage = "local", .writable = true}).result == DoctorResult::ok);
  CHECK(of({.path = "/head", .storage = "nfs4 nas1:/om"}).evidence == "it is on nfs4 nas1:/om");
  CHECK(of({.path = "/head", .storage = "local", .absent = true}).result == DoctorResult::risk);
  const auto foreign = of({.path = "/head", .storage = "local", .writable = false});
  CHECK(foreign.result == DoctorResult::risk);
  CHECK(foreign.fix.ends_with("chown mongodb-mms: /head"));
  CHECK(foreign.object == "om1:/head");
}

TEST_CASE("HA407: where Ops Manager alone knows the path, only its place can be seen") {
  const auto local = found(fleet({facts_of("om1", ""), facts_of("om2", "")}, {"/head/", "/head"}), "HA407");
  REQUIRE(local.size() == 2);
  CHECK(local.front().needs.starts_with("this path in head_directories"));
  const auto remote = found(fleet({facts_of("om1", "nfs nas1:/h /head")}, {"/head/"}), "HA407");
  CHECK(remote.front().result == DoctorResult::risk);
}

TEST_CASE("HA407: what the host says of its directory comes before what Ops Manager knows of it") {
  const agent::HeadDirectory head{.path = "/head", .storage = "local", .writable = true};
  const auto both = found(fleet({facts_of("om1", "", {head})}, {"/head/"}), "HA407");
  REQUIRE(both.size() == 1);
  CHECK(both.front().result == DoctorResult::ok);
}

TEST_CASE("HA407: without any head directory it says what is missing, unless backups are not used") {
  CHECK(found(fleet({facts_of("om1", ""), facts_of("om2", "")}), "HA407").front().result == DoctorResult::unknown);
  auto unused = fleet({facts_of("om1", "")});
  unused.hosts.front().facts->at("om.running") = "web";
  CHECK(agent::check_heads(unused).empty());
}
