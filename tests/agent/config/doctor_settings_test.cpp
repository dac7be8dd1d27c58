// SPDX-License-Identifier: ISC
// The table [doctor]: what is set is what is meant, what is wrong is named with its line, and no mistake in it is one
// of the rest of the configuration.
#include "agent/config/doctor_settings.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "agent/config/config_file.h"
#include "tests/support/this_system.h"

using agent::DoctorSettings;

namespace {

DoctorSettings read(const std::string& text) {
  // Whatever stands in the table, other commands go on.
  CHECK(agent::read_settings(text, "agent.toml").mistakes.empty());
  return agent::read_doctor_settings(text, "agent.toml");
}

std::string mistake_in(const std::string& text) {
  const DoctorSettings doctor = read(text);
  INFO(text);
  REQUIRE(doctor.mistakes.size() == 1);
  return doctor.mistakes.front().error.message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string database(const std::string& uri) { return "[doctor]\nbacking_databases = [\"" + uri + "\"]\n"; }

}  // namespace

TEST_CASE("every key of [doctor] is read as it is meant") {
  const DoctorSettings doctor =
      read("[doctor]\nurl = \"https://opsmanager.example.com:8443/\"\nca = \"" + tests::absolute("/ca.pem") +
           "\"\nfacility = \"fra1\"\ndatabase_login = true\napi_key_file = \"" + tests::absolute("/api-key") +
           "\"\nbacking_databases = "
           "[\"mongodb://b1.example.com,b2.example.com:27018,[2001:db8::1]:27017/?replicaSet=blocks\", "
           "\"mongodb+srv://blocks.example.com\"]\nhead_directories = [\"" +
           tests::absolute("/head") +
           "\"]\n[doctor.ignore]\nHA403 = \"no queryable restores here\"\n[doctor.attested]\nHA801 = \"2026-11-01 "
           "restored\"\n"
           "[doctor.facilities]\nfra1 = [\"*.fra1.example.com\", \"db7.example.com\", \"10.1.0.0/16\", "
           "\"2001:db8::/32\"]\n");
  CHECK(doctor.mistakes.empty());
  CHECK(doctor.url == "https://opsmanager.example.com:8443/");
  CHECK(doctor.facility == "fra1");
  CHECK(doctor.database_login);
  CHECK(doctor.ca.has_value());
  CHECK(doctor.api_key_file.has_value());
  CHECK(doctor.backing_databases.size() == 2);
  CHECK(doctor.head_directories.size() == 1);
  REQUIRE(doctor.ignored.size() == 1);
  CHECK(doctor.ignored.front().id == "HA403");
  CHECK(doctor.ignored.front().reason == "no queryable restores here");
  CHECK(doctor.ignored.front().line == 10);
  REQUIRE(doctor.attested.size() == 1);
  CHECK(doctor.attested.front().date == std::chrono::sys_days(std::chrono::year(2026) / 11 / 1));
  CHECK(doctor.attested.front().text == "2026-11-01 restored");
  REQUIRE(doctor.facilities.size() == 1);
  CHECK(doctor.facilities.front().patterns.size() == 4);
}

TEST_CASE("a typo in [doctor] is named with its line, and stops nothing else") {
  CHECK(contains(mistake_in("peers = []\n[doctor]\nurll = \"https://a\"\n"),
                 "agent.toml:3: unknown key \"doctor.urll\""));
  CHECK(contains(mistake_in("doctor = 7\n"), "agent.toml:1: \"doctor\" must be a table"));
  CHECK(contains(mistake_in("[doctor]\nignore = \"HA103\"\n"), "agent.toml:2: \"doctor.ignore\" must be a table"));
  CHECK(contains(mistake_in("[doctor.ignore]\nHA1O3 = \"x\"\n"), "agent.toml:2: unknown key \"doctor.ignore.HA1O3\""));
  CHECK(contains(mistake_in("[doctor]\ndatabase_login = 1\n"), "\"doctor.database_login\" must be true or false"));
  CHECK(contains(mistake_in("[doctor]\nca = \"ca.pem\"\n"), "\"doctor.ca\" must be an absolute path"));
  CHECK(contains(mistake_in("[doctor]\nfacility = \"\"\n"), "\"doctor.facility\" must be a plain name"));
}

TEST_CASE("an ignored finding needs a reason, and a host outside the fleet cannot be ignored") {
  for (const char* reason : {"\"\"", "7", "true", "\"a\\nb\"", "\"a\\u001bb\""})
    CHECK(contains(mistake_in("[doctor.ignore]\nHA103 = " + std::string(reason) + "\n"), "must be a reason"));
  CHECK(contains(mistake_in("[doctor.ignore]\nHA103 = \"" + std::string(201, 'x') + "\"\n"), "must be a reason"));
  for (const std::string id : {"HA001", "HA002"}) {
    const std::string mistake = mistake_in("[doctor.ignore]\n" + id + " = \"later\"\n");
    CHECK(contains(mistake, "\"doctor.ignore." + id + "\" cannot be ignored"));
    CHECK(contains(mistake, "peers remove"));
  }
}

TEST_CASE("what a person attests begins with a date that exists, and says what was done") {
  for (const char* text : {"restored", "2026-11-01", "2026-11-01 ", "2026-11-1 restored", "2026-02-30 restored",
                           "01.11.2026 restored", "2026/11/01 restored", "2026-11-01restored", "2O26-11-01 restored"})
    CHECK(contains(mistake_in("[doctor.attested]\nHA801 = \"" + std::string(text) + "\"\n"), "must be a date"));
}

TEST_CASE("a URL with a user, a query or another scheme is refused") {
  for (const char* url :
       {"opsmanager.example.com", "ftp://opsmanager", "https://", "https://a b", "https://user@host",
        "https://host/?a=b", "https://host:0", "https://host:70000", "https://host:", "https://a/b c"})
    CHECK(contains(mistake_in("[doctor]\nurl = \"" + std::string(url) + "\"\n"), "agent.toml:2: \"doctor.url\" "));
}

TEST_CASE("a backing database with a user or a password is refused, and nothing of it is repeated") {
  for (const char* uri : {"mongodb://hugo@b1.example.com", "mongodb://hugo:geheim@b1.example.com/?replicaSet=a",
                          "mongodb+srv://hugo:geheim@b1.example.com", "mongodb://b1.example.com,hugo:geheim@b2"}) {
    const std::string mistake = mistake_in(database(uri));
    CAPTURE(mistake);
    CHECK(contains(mistake, "password"));
    CHECK_FALSE(contains(mistake, "hugo"));
    CHECK_FALSE(contains(mistake, "geheim"));
    CHECK_FALSE(contains(mistake, "b1"));
  }
}

TEST_CASE("a backing database that is not a MongoDB URI is named by its place") {
  for (const char* uri : {"b1.example.com", "http://b1", "mongodb://", "mongodb://b1,,b2", "mongodb://b1:x",
                          "mongodb://[::1", "mongodb+srv://b1:27017", "mongodb+srv://b1,b2", "mongodb://b 1"})
    CHECK(contains(mistake_in(database(uri)), "\"doctor.backing_databases\", entry 1: "));
}

TEST_CASE("a facility is a list of names, domains, addresses and networks") {
  for (const char* pattern :
       {"10.1.0.0/33", "10.1.0.0/", "2001:db8::/129", "*", "*.", "a*.example.com", "a b", "10.1/16"})
    CHECK(
        contains(mistake_in("[doctor.facilities]\nfra1 = [\"" + std::string(pattern) + "\"]\n"), "entry 1: expected"));
  std::string many = "[doctor.facilities]\n";
  for (int at = 0; at < 65; ++at) many += "f" + std::to_string(at) + " = [\"a\"]\n";
  CHECK(contains(mistake_in(many), "is one facility too many"));
}
