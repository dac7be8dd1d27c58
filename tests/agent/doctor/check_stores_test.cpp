// SPDX-License-Identifier: ISC
#include "agent/doctor/check_stores.h"

#include <doctest/doctest.h>

#include "tests/agent/doctor/fleets.h"

using agent::ApiList;
using agent::ApiStore;
using agent::DoctorResult;
using agent::Facts;
using tests::fleet_with;
using tests::with_id;

namespace {

Facts mounts(const std::string& text) { return {{"om.running", "web,daemon"}, {"mounts", text}}; }

agent::Evidence fleet(const std::vector<Facts>& facts, std::vector<ApiStore> stores) {
  auto evidence = fleet_with(facts);
  evidence.api.emplace();
  evidence.api->reply.ends.fill(agent::ApiEnd::answered);
  evidence.api->reply.daemons = {{.machine = "om1", .configured = true}};
  evidence.api->reply.stores = std::move(stores);
  return evidence;
}

std::vector<agent::DoctorFinding> found(const agent::Evidence& evidence, std::string_view id) {
  return with_id(agent::check_stores(evidence), id);
}

ApiStore files(const std::string& path) { return {.list = ApiList::file_systems, .id = "files", .path = path}; }

DoctorResult shared(const std::vector<Facts>& facts) {
  const auto findings = found(fleet(facts, {files("/data/backups")}), "HA504");
  REQUIRE(findings.size() == 1);
  return findings.front().result;
}

}  // namespace

TEST_CASE("HA503: each S3 store is left to a person, and without S3 nothing is said") {
  const auto stores = found(
      fleet({mounts("")}, {{.list = ApiList::s3_snapshots, .id = "s3a"}, {.list = ApiList::s3_oplogs, .id = "s3b"}}),
      "HA503");
  REQUIRE(stores.size() == 2);
  CHECK(stores.front().needs == agent::needs_attestation);
  CHECK(found(fleet({mounts("")}, {}), "HA503").empty());
}

TEST_CASE("HA504: one file server behind the path on every host is right, and anything else is a risk") {
  CHECK(shared({mounts("nfs4 nas1:/b /data"), mounts("nfs4 nas1:/b /data")}) == DoctorResult::ok);
  CHECK(shared({mounts("nfs4 nas1:/b /data"), mounts("nfs4 nas1:/c /data")}) == DoctorResult::risk);
  CHECK(shared({mounts("nfs4 nas1:/b /data"), mounts("")}) == DoctorResult::risk);
  CHECK(shared({mounts(""), mounts("")}) == DoctorResult::risk);
  CHECK(found(fleet({mounts("")}, {files("/data")}), "HA504").empty());
  // A mount below another counts, and one whose name only begins alike does not.
  CHECK(shared({mounts("nfs4 nas1:/b /data,nfs4 nas2:/x /data/backups"), mounts("nfs4 nas2:/x /data/backups")}) ==
        DoctorResult::ok);
  CHECK(shared({mounts("nfs4 nas1:/b /data"), mounts("nfs4 nas1:/b /dat,nfs4 nas1:/b /data")}) == DoctorResult::ok);
}

TEST_CASE("HA504: a host of which nobody knows makes it unknown, and never right") {
  auto evidence = fleet({mounts("nfs4 nas1:/b /data"), mounts("nfs4 nas1:/b /data")}, {files("/data")});
  evidence.hosts.push_back(tests::silent("om3"));
  CHECK(found(evidence, "HA504").front().needs == "facts from om3");
}

TEST_CASE("HA505: stores with labels are left to a person, with their members") {
  const ApiStore store{.list = ApiList::snapshot_databases,
                       .id = "blocks",
                       .has_database = true,
                       .hosts = {{"b1", 27017}, {"b2", 27017}},
                       .labels = {"fra1"}};
  const auto labelled = found(fleet({mounts("")}, {store, files("/data")}), "HA505");
  REQUIRE(labelled.size() == 1);
  CHECK(labelled.front().object == "blocks");
  CHECK(labelled.front().evidence == "labels fra1; members b1:27017 and b2:27017");
  auto bound = fleet({mounts("")}, {files("/data")});
  CHECK(found(bound, "HA505").empty());
  bound.api->reply.bound_projects = 1;
  CHECK(found(bound, "HA505").front().needs == agent::needs_attestation);
}

TEST_CASE("HA50x: lists that are not known are unknown, and an older version without a list has no such stores") {
  auto evidence = fleet({mounts("")}, {});
  evidence.api->reply.ends.fill(agent::ApiEnd::absent);
  evidence.api->reply.ends.front() = agent::ApiEnd::answered;
  CHECK(agent::check_stores(evidence).empty());
  evidence.api->reply.ends.fill(agent::ApiEnd::silent);
  for (const char* id : {"HA503", "HA504", "HA505"}) CHECK(found(evidence, id).front().result == DoctorResult::unknown);
}
