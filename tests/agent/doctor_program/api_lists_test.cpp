// SPDX-License-Identifier: ISC
#include "agent/doctor_program/api_lists.h"

#include <doctest/doctest.h>

namespace agent::doctor_program {

namespace {

ApiReply taken(ApiList list, std::string body, ApiEnd end = ApiEnd::answered) {
  ApiReply reply;
  CHECK(read_list(list, body, reply) == end);
  return reply;
}

}  // namespace

TEST_CASE("api: a daemon is read with its boxes and labels, and what is missing is not set") {
  const auto reply = taken(ApiList::daemons, R"({"results": [
      {"machine": {"machine": "om1.example.com", "headRootDirectory": "/head/"}, "configured": true, "labels": ["a"],
       "restoreQueryableJobsEnabled": true, "backupJobsEnabled": "yes", "numWorkers": 4},
      {"machine": {"machine": "om2"}, "labels": null}], "totalCount": 2})");
  REQUIRE(reply.daemons.size() == 2);
  CHECK(reply.daemons.front() == ApiDaemon{.machine = "om1.example.com",
                                           .head_directory = "/head/",
                                           .configured = true,
                                           .queryable_restores = true,
                                           .labels = {"a"}});
  CHECK(reply.daemons.back() == ApiDaemon{.machine = "om2"});
}

TEST_CASE("api: of a connection string only hosts, set, database and TLS go on, and the answer is wiped") {
  std::string body = R"({"results": [{"id": "s1", "writeConcern": "W2", "ssl": true,
      "uri": "mongodb://om:secret%40@B1.example.com,b2:27018/db?replicaSet=blocks&authSource=admin"}]})";
  ApiReply reply;
  REQUIRE(read_list(ApiList::snapshot_databases, body, reply) == ApiEnd::answered);
  CHECK(body.find("secret") == std::string::npos);
  REQUIRE(reply.stores.size() == 1);
  CHECK(reply.stores.front() == ApiStore{.list = ApiList::snapshot_databases,
                                         .id = "s1",
                                         .has_database = true,
                                         .hosts = {{"b1.example.com", 27017}, {"b2", 27018}},
                                         .set = "blocks",
                                         .database = "db",
                                         .tls = true,
                                         .write_concern = "W2"});
}

TEST_CASE("api: a store whose connection string cannot be read goes on without hosts") {
  for (const char* uri : {R"("mongodb://a:b@c@d/")", R"("")", "4", "null"}) {
    const std::string body = R"({"results": [{"id": "s1", "uri": )" + std::string(uri) + "}]}";
    const auto reply = taken(ApiList::oplog_databases, body);
    REQUIRE(reply.stores.size() == 1);
    CHECK_FALSE(reply.stores.front().has_database);
    CHECK(reply.stores.front().hosts.empty());
  }
}

TEST_CASE("api: stores of S3 and of file systems keep name, path and metadata database, and no secret") {
  const auto s3 = taken(ApiList::s3_snapshots, R"({"results": [{"id": "s3a", "awsSecretKey": "secret",
      "s3BucketName": "b", "uri": "mongodb://om:secret@b1/"}]})");
  CHECK(s3.stores.front().hosts == std::vector<Address>{{"b1", 27017}});
  const auto files = taken(ApiList::file_systems, R"({"results": [{"id": "f", "storePath": "/data"}]})");
  CHECK(files.stores.front() == ApiStore{.list = ApiList::file_systems, .id = "f", .path = "/data"});
}

TEST_CASE("api: projects are counted, and those bound to daemons, stores or labels") {
  const auto reply = taken(ApiList::groups, R"({"results": [{"id": "1", "labelFilter": []}, {"id": "2",
      "labelFilter": ["a"]}, {"id": "3", "daemonFilter": [{"machine": "om1"}]}]})");
  CHECK(reply.projects == 3);
  CHECK(reply.bound_projects == 2);
}

TEST_CASE("api: what is no list is broken, and a list with what cannot be kept is incomplete") {
  for (const char* body : {"", "x", "[]", "{}", R"({"results": {}})", R"({"results": 1})"})
    taken(ApiList::daemons, body, ApiEnd::broken);
  taken(ApiList::daemons, R"({"results": [1]})", ApiEnd::incomplete);
  taken(ApiList::daemons, R"({"results": [{}]})", ApiEnd::incomplete);
  taken(ApiList::daemons, R"({"results": [{"machine": {"machine": "a\u001b"}}]})", ApiEnd::incomplete);
  taken(ApiList::daemons, R"({"results": [{"machine": {"machine": "a"}, "labels": [1]}]})", ApiEnd::incomplete);
  taken(ApiList::file_systems, R"({"results": [{"storePath": "/no/id"}]})", ApiEnd::incomplete);
  taken(ApiList::daemons, R"({"results": [], "totalCount": 1})", ApiEnd::incomplete);
  taken(ApiList::daemons, "[" + std::string(500'000, '['), ApiEnd::broken);
}

TEST_CASE("api: daemons that only serve queryable restores are asked for, too") {
  CHECK(path_of(ApiList::daemons) ==
        "/api/public/v1.0/admin/backup/daemon/configs?itemsPerPage=500&backupJobsEnabledOnly=false");
  CHECK(path_of(ApiList::groups) == "/api/public/v1.0/admin/backup/groups?itemsPerPage=500");
}

}  // namespace agent::doctor_program
