// SPDX-License-Identifier: ISC
#include "platform/ops_manager/listed_settings.h"

#include <string>

#include <doctest/doctest.h>

#include "platform/base/bytes.h"

using platform::parse_listed_settings;

namespace {

std::string value_of(const std::string& text, const std::string& name) {
  const auto settings = parse_listed_settings(text);
  REQUIRE(settings);
  const auto found = settings->values.find(name);
  return found == settings->values.end() ? "(none)" : found->second;
}

bool is_withheld(const std::string& text, const std::string& name) {
  const auto settings = parse_listed_settings(text);
  REQUIRE(settings);
  return settings->withheld.contains(name) && !settings->values.contains(name);
}

}  // namespace

TEST_CASE("a listed setting comes out as Java reads it") {
  CHECK(value_of("mms.centralUrl = https\\://om.example.com\n", "mms.centralUrl") == "https://om.example.com");
  CHECK(value_of("mms.centralUrl=http\\\n   ://om\n", "mms.centralUrl") == "http://om");
  CHECK(value_of("mms.remoteIp.header X-Forwarded-For \n", "mms.remoteIp.header") == "X-Forwarded-For");
  CHECK(value_of("brs.snapshotSchedule.interval=6\n", "brs.snapshotSchedule.interval") == "6");
  CHECK(value_of("automation.versions.source=\\u006dongodb\n", "automation.versions.source") == "mongodb");
}

TEST_CASE("the last of several lines counts, and an empty value unsets a setting") {
  CHECK(value_of("mms.centralUrl=http://a\nmms.centralUrl=http://b\n", "mms.centralUrl") == "http://b");
  CHECK(value_of("mms.centralUrl=http://a\nmms.centralUrl=\n", "mms.centralUrl") == "(none)");
  CHECK(value_of("mms.centralUrl=http://a\nmms.centralUrl= \t\n", "mms.centralUrl") == "(none)");
  CHECK(value_of("mms.centralUrl=http://u:p@a\nmms.centralUrl=http://b\n", "mms.centralUrl") == "http://b");
  CHECK_FALSE(parse_listed_settings("mongo.mongoUri=mongodb://a\nmongo.mongoUri=\n")->database);
}

TEST_CASE("a setting that is not listed never comes out") {
  const auto settings = parse_listed_settings(
      "mms.mail.username=ops\nmms.mail.password=marker\naws.secretkey=marker\nbrs.snapshotSchedule.x\\ y=marker\n"
      "brs.snapshotSchedule.=1\nnonsense\n");
  REQUIRE(settings);
  CHECK(settings->values.size() == 1);  // the empty name of the group
  CHECK(settings->withheld.empty());
}

TEST_CASE("a value that could hold a secret is known by its presence only") {
  CHECK(is_withheld("mms.https.PEMKeyFilePassword=marker\n", "mms.https.PEMKeyFilePassword"));
  CHECK(is_withheld("mms.centralUrl=https\\://ops\\:marker@om\n", "mms.centralUrl"));
  CHECK(is_withheld("mms.mail.hostname=ops:mar@ker@mail\n", "mms.mail.hostname"));
  CHECK(is_withheld("mms.ldap.url=ldaps://om:mar/ker@ldap\n", "mms.ldap.url"));
  CHECK(is_withheld("brs.snapshotSchedule.apiToken=marker\n", "brs.snapshotSchedule.apiToken"));
  CHECK_FALSE(is_withheld("mms.fromEmailAddr=ops@example.com\n", "mms.fromEmailAddr"));
}

TEST_CASE("a value that is long or not printable ASCII is withheld, and the others are not") {
  CHECK(is_withheld("mms.centralUrl=http://" + std::string(2000, 'a') + "\n", "mms.centralUrl"));
  CHECK(is_withheld("mms.centralUrl=http://b\\u00fccher\n", "mms.centralUrl"));
  CHECK(is_withheld("mms.centralUrl=http://b\\u0000\n", "mms.centralUrl"));
  CHECK(is_withheld(std::string("mms.centralUrl=http://b\0x\n", 26), "mms.centralUrl"));
  CHECK(value_of("mms.mail.port=a\\tb\nmms.centralUrl=http://b\n", "mms.centralUrl") == "http://b");
}

TEST_CASE("the database's URI comes out as a secret, with one byte for each character") {
  const auto settings = parse_listed_settings("mongo.mongoUri=mongodb\\://ops\\:p\\u0040ss\\u00fc@db1/?ssl=true \n");
  REQUIRE(settings);
  REQUIRE(settings->database);
  CHECK(platform::text_of(settings->database->reveal()) == "mongodb://ops:p@ss\xff@db1/?ssl=true");
  CHECK(settings->values.empty());
}

TEST_CASE("a file that Java does not read is an error without its text") {
  const auto refused = parse_listed_settings("mms.centralUrl=http://b\nmms.mail.password=\\umarker\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "line 2 has \\u without four hex digits behind it");
}

TEST_CASE("names of the open group cannot fill the memory") {
  std::string text;
  for (int at = 0; at < 1000; ++at) text += "brs.snapshotSchedule.n" + std::to_string(at) + "=1\n";
  CHECK(parse_listed_settings(text)->values.size() == 64);
}
