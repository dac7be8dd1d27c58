// SPDX-License-Identifier: ISC
#include "agent/doctor/database_login.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"

namespace agent {

namespace {

std::variant<DatabaseLogin, std::string> login(const std::string& uri, bool encrypted = false) {
  return login_in(platform::view_of(uri), std::get<DatabaseUri>(read_database_uri(uri)), encrypted);
}

std::string missing(const std::string& uri, bool encrypted = false) {
  const auto found = login(uri, encrypted);
  const auto* needs = std::get_if<std::string>(&found);
  return needs == nullptr ? "" : *needs;
}

}  // namespace

TEST_CASE("the login of a URI is taken as it is meant, with each escape undone") {
  const auto found = login("mongodb://om%40x:p%40%3a%2F%25%3F!s@db1,db2/?authSource=users&authMechanism=SCRAM-SHA-256");
  const auto& got = std::get<DatabaseLogin>(found);
  CHECK(got.user.equals(tests::secret_of("om@x")));
  CHECK(got.password.equals(tests::secret_of("p@:/%?!s")));
  CHECK(got.source == "users");
  CHECK(got.mechanism == LoginMechanism::scram_sha_256);
}

TEST_CASE("a user is looked for in the database of the URI, and in admin where there is none") {
  CHECK(std::get<DatabaseLogin>(login("mongodb://a:b@db1/ops")).source == "ops");
  CHECK(std::get<DatabaseLogin>(login("mongodb://a:b@db1")).source == "admin");
  CHECK(std::get<DatabaseLogin>(login("mongodb+srv://a:b@db.example.com")).mechanism == LoginMechanism::any_scram);
}

TEST_CASE("a login that doctor cannot use says what is missing") {
  CHECK(missing("mongodb://db1") == "a user name and password in mongo.mongoUri");
  CHECK(missing("mongodb://a@db1") == "a password in mongo.mongoUri");
  CHECK(missing("mongodb://a:@db1") == "a user name and password of ASCII characters alone");
  CHECK(missing("mongodb://a:b@db1", true) == "a login that is not encrypted: mongo.encryptedCredentials is true");
  for (const char* mechanism : {"PLAIN", "GSSAPI", "MONGODB-X509", "MONGODB-AWS"})
    CHECK(missing("mongodb://a:b@db1/?authMechanism=" + std::string(mechanism)).starts_with("a login by SCRAM"));
  for (const char* password : {"%C3%A9", "a%00b", "a%0Ab"})
    CHECK(missing("mongodb://a:" + std::string(password) + "@db1").ends_with("ASCII characters alone"));
}

}  // namespace agent
