// SPDX-License-Identifier: ISC
#include "agent/doctor_program/hello_reply.h"

#include <doctest/doctest.h>

namespace agent::doctor_program {

namespace {

HelloAnswer taken(const char* json) {
  bson_error_t error{};
  bson_t* const document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json), -1, &error);
  REQUIRE(document != nullptr);
  HelloAnswer answer;
  take_hello(*document, answer);
  bson_destroy(document);
  return answer;
}

bool newer(const char* json) {
  bson_error_t error{};
  bson_t* const document = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json), -1, &error);
  REQUIRE(document != nullptr);
  const bool demanded = demands_newer(*document);
  bson_destroy(document);
  return demanded;
}

}  // namespace

TEST_CASE("hello: each kind of server is told apart") {
  CHECK(taken(R"({"setName": "a", "isWritablePrimary": true})").kind == MemberKind::primary);
  CHECK(taken(R"({"setName": "a", "ismaster": true})").kind == MemberKind::primary);
  CHECK(taken(R"({"setName": "a", "secondary": true})").kind == MemberKind::secondary);
  CHECK(taken(R"({"setName": "a", "arbiterOnly": true})").kind == MemberKind::arbiter);
  CHECK(taken(R"({"setName": "a"})").kind == MemberKind::other);
  CHECK(taken(R"({"isreplicaset": true})").kind == MemberKind::other);
  CHECK(taken(R"({"ismaster": true})").kind == MemberKind::standalone);
  CHECK(taken(R"({"ismaster": true, "msg": "isdbgrid"})").kind == MemberKind::mongos);
}

TEST_CASE("hello: a set whose name cannot be shown does not make a standalone") {
  const HelloAnswer answer = taken(R"({"setName": "a\u0007", "ismaster": true})");
  CHECK(answer.set.empty());
  CHECK(answer.kind == MemberKind::primary);
}

TEST_CASE("hello: fields of another type, too long or not printable are left out") {
  const HelloAnswer answer = taken(
      R"({"setName": 7, "me": "a b", "primary": ["x"], "hosts": "db1:1", "passives": [1, "db2:1", "\u001b[2J"],
          "tags": {"dc": "fra1", "n": 1, "x": "\n"}})");
  CHECK(answer.set.empty());
  CHECK(answer.me.empty());
  CHECK(answer.primary.empty());
  CHECK(answer.hosts.empty());
  CHECK(answer.passives == std::vector<std::string>{"db2:1"});
  CHECK(answer.tags == std::map<std::string, std::string>{{"dc", "fra1"}});
}

TEST_CASE("hello: upper case in the names of members is kept") {
  CHECK(taken(R"({"setName": "a", "me": "DB1:27017", "hosts": ["DB1:27017"]})").hosts.front() == "DB1:27017");
}

TEST_CASE("hello: a server that demands a newer protocol is recognised") {
  CHECK_FALSE(newer(R"({"minWireVersion": 0, "maxWireVersion": 25})"));
  CHECK_FALSE(newer(R"({"minWireVersion": 17})"));
  CHECK(newer(R"({"minWireVersion": 18})"));
}

}  // namespace agent::doctor_program
