// SPDX-License-Identifier: ISC
#include "agent/doctor/ask_database.h"

#include <doctest/doctest.h>

#include "agent/base/doctor_limits.h"

namespace agent {

namespace {

HelloAnswer answer(MemberKind kind) { return {.asked = "db:1", .end = DatabaseEnd::answered, .kind = kind}; }

HelloAnswer ended(DatabaseEnd end) { return {.asked = "db:1", .end = end}; }

DatabaseQuestion question(const std::string& uri, const std::string& of) {
  return {.of = of, .uri = std::get<DatabaseUri>(read_database_uri(uri))};
}

}  // namespace

TEST_CASE("databases are asked twice only where a restart or an election can be the reason") {
  using enum DatabaseEnd;
  using enum MemberKind;
  CHECK_FALSE(needs_second_look({answer(primary), answer(secondary), answer(arbiter)}));
  CHECK_FALSE(needs_second_look({answer(standalone)}));
  CHECK_FALSE(needs_second_look({answer(mongos)}));
  CHECK_FALSE(needs_second_look({}));
  CHECK(pause_before_second_look({answer(secondary), answer(arbiter)}) == limits::election);
  CHECK(pause_before_second_look({answer(primary), answer(other)}) == limits::second_look);
  CHECK(needs_second_look({answer(secondary), answer(arbiter)}));
  CHECK(needs_second_look({answer(primary), answer(MemberKind::other)}));
  for (const DatabaseEnd end : {no_connection, silent, broken}) CHECK(needs_second_look({answer(primary), ended(end)}));
  for (const DatabaseEnd end : {no_name, no_tls, untrusted, too_new, not_asked})
    CHECK_FALSE(needs_second_look({answer(primary), ended(end)}));
}

TEST_CASE("without the doctor program each database says why it was not asked") {
  DatabaseQuestions questions;
  questions.databases.push_back(question("mongodb://om:pw@db1,DB2:1/ops?replicaSet=appdb", "application"));
  questions.databases.push_back(question("mongodb+srv://blocks.example.com", "blocks.example.com"));
  const auto evidence =
      ask_databases(std::move(questions), platform::fail(platform::ErrorKind::program_absent, "install it"));
  REQUIRE(evidence.size() == 2);
  CHECK(evidence.at(0).of == "application");
  CHECK(evidence.at(0).not_asked == "install it");
  CHECK(evidence.at(0).listed == std::vector<std::string>{"db1:27017", "db2:1"});
  CHECK(evidence.at(0).set == "appdb");
  CHECK(evidence.at(0).database == "ops");
  CHECK(evidence.at(1).listed.empty());
  CHECK(evidence.at(1).not_asked == "install it");
}

}  // namespace agent
