// SPDX-License-Identifier: ISC
#include "agent/doctor/database_uri.h"

#include <string>

#include <doctest/doctest.h>

using agent::DatabaseUri;
using agent::Facts;
using agent::read_database_uri;
using agent::UriPart;

namespace {

Facts facts_of(const std::string& text, agent::DatabaseSettings settings = {}) {
  return agent::uri_facts(read_database_uri(text), settings);
}

std::string refused_part(const std::string& text) {
  const auto facts = facts_of(text);
  const auto found = facts.find("uri.unreadable");
  return found == facts.end() ? "(read)" : found->second;
}

}  // namespace

TEST_CASE("a URI gives hosts, set, database and the names of its options") {
  const auto facts = facts_of(
      "mongodb://ops:p%40ss@DB2.example.com:27018,db1.example.com,[2001:DB8::1]:27019/"
      "mmsdb?replicaSet=appdb&maxPoolSize="
      "150&authSource=admin");
  CHECK(facts == Facts{{"uri.hosts", "[2001:db8::1]:27019,db1.example.com:27017,db2.example.com:27018"},
                       {"uri.srv", ""},
                       {"uri.set", "appdb"},
                       {"uri.database", "mmsdb"},
                       {"uri.options", "authsource,maxpoolsize,replicaset"},
                       {"uri.tls", "off"},
                       {"uri.login", "scram"}});
}

TEST_CASE("the login is named by its mechanism") {
  CHECK(facts_of("mongodb://db1").at("uri.login") == "none");
  CHECK(facts_of("mongodb://u:p@db1/?authMechanism=PLAIN").at("uri.login") == "plain");
  CHECK(facts_of("mongodb://u@db1/?authMechanism=GSSAPI").at("uri.login") == "gssapi");
  CHECK(facts_of("mongodb://db1/?authMechanism=MONGODB-X509&tls=true").at("uri.login") == "x509");
  CHECK(facts_of("mongodb://u:p@db1/?authMechanism=scram-sha-256").at("uri.login") == "scram");
  CHECK(facts_of("mongodb://5f-aa:5f-bb@db1", {.tls = false, .encrypted = true}).at("uri.login") == "encrypted");
  CHECK_FALSE(facts_of("mongodb://u:p@db1/?authMechanism=MONGODB-AWS").contains("uri.login"));
}

TEST_CASE("TLS comes from the URI, from mongo.ssl, or from SRV") {
  CHECK(facts_of("mongodb://db1/?ssl=true").at("uri.tls") == "on");
  CHECK(facts_of("mongodb://db1/?tls=false", {.tls = true, .encrypted = false}).at("uri.tls") == "on");
  CHECK(facts_of("mongodb+srv://db.example.com").at("uri.tls") == "on");
  CHECK(facts_of("mongodb+srv://db.example.com/?tls=false").at("uri.tls") == "off");
  CHECK(facts_of("mongodb+srv://db.example.com").at("uri.hosts").empty());
  CHECK(facts_of("mongodb+srv://db.example.com").at("uri.srv") == "db.example.com");
}

TEST_CASE("a password with raw marks makes the URI unreadable, and nothing of it comes out") {
  for (const char* text : {"mongodb://ops:mar@ker@db1/mmsdb", "mongodb://ops:mar:ker@db1", "mongodb://ops:mar/ker@db1",
                           "mongodb://ops:mar%ker@db1", "mongodb://ops:mar?ker@db1", "mongodb://ops:mar#ker@db1",
                           "mongodb://ops:12/marker@db1", "mongodb://ops:12?a=marker@db1/x",
                           "mongodb://ops:marker%4@db1", "mongodb://ops:mar ker@db1", "mongodb://ops:mar\xffker@db1",
                           "mongodb://@db1", "mongodb://ops:pw@db1/?appName=marker@x", "mongodb://[marker]@db1"}) {
    CAPTURE(text);
    CHECK(facts_of(text) == Facts{{"uri.unreadable", "user"}});
  }
}

TEST_CASE("a refusal names the part") {
  CHECK(refused_part("mysql://db1") == "scheme");
  CHECK(refused_part("${MongoUri}") == "scheme");
  CHECK(refused_part("") == "scheme");
  CHECK(refused_part("mongodb://") == "hosts");
  CHECK(refused_part("mongodb://db1,") == "hosts");
  CHECK(refused_part("mongodb://db1:0") == "hosts");
  CHECK(refused_part("mongodb://db1:65536") == "hosts");
  CHECK(refused_part("mongodb://ops:marker") == "hosts");
  CHECK(refused_part("mongodb://%2Ftmp%2Fmongodb.sock") == "hosts");
  CHECK(refused_part("mongodb://[::1") == "hosts");
  CHECK(refused_part("mongodb://[db1]") == "hosts");
  CHECK(refused_part("mongodb+srv://db.example.com:27017") == "hosts");
  CHECK(refused_part("mongodb+srv://a.example.com,b.example.com") == "hosts");
  CHECK(refused_part("mongodb://db1/a.b") == "database");
  CHECK(refused_part("mongodb://db1/a/b") == "database");
  CHECK(refused_part("mongodb://db1/?replicaSet") == "options");
  CHECK(refused_part("mongodb://db1/?replicaSet=a&replicaSet=b") == "options");
  CHECK(refused_part("mongodb://db1/?tls=true&ssl=false") == "options");
  CHECK(refused_part("mongodb://db1/?tls=yes") == "options");
  CHECK(refused_part("mongodb://db1?replicaSet=a") == "(read)");
  CHECK(refused_part("mongodb://127.0.0.1:1,127.0.0.1:2,127.0.0.1:3") == "(read)");
}

TEST_CASE("a long list is refused and not cut") {
  std::string hosts = "mongodb://db0";
  for (int at = 1; at < 51; ++at) hosts += ",db" + std::to_string(at);
  CHECK(refused_part(hosts) == "hosts");
  std::string options = "mongodb://db1/?a0=1";
  for (int at = 1; at < 65; ++at) options += "&a" + std::to_string(at) + "=1";
  CHECK(refused_part(options) == "options");
}
