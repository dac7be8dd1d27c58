// What is read of conf/mms.conf; tests/platform/ops_manager/posix/mms_conf_test.cpp has a real shell read the same.
#include "platform/ops_manager/mms_conf.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/platform/ops_manager/mms_conf_rows.h"

namespace {

using platform::ErrorKind;
using platform::expand_home;
using platform::MmsConf;
using platform::parse_mms_conf;

constexpr const char* origin = "/opt/mongodb/mms/conf/mms.conf";
using tests::Understood;
using tests::understood;

std::string parsed_path(const MmsConf& conf) { return conf.enc_key_path.value_or(""); }

TEST_CASE("the path and the user are read as the file means them") {
  for (const Understood& row : understood) {
    CAPTURE(row.text);
    const auto conf = parse_mms_conf(row.text, origin);
    REQUIRE(conf);
    CHECK(parsed_path(*conf) == row.enc_key_path);
    CHECK(conf->mms_user.value_or("") == row.mms_user);
  }
}

struct Refused {
  std::string text;
  std::string message;  // after the file's name
};

const std::string only_a_shell = "is set in a way that only a shell can evaluate";
const std::string conditional = "is set under a condition or in a part that may not run";
const std::string beside = "stands beside a command, so that it may not be set at all";

std::string plain(const std::string& name = "ENC_KEY_PATH") { return "; expected a plain " + name + "=VALUE"; }

const std::vector<Refused> refused = {
    {"\nENC_KEY_PATH=$(cat /etc/where)\n", ":2: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=`cat /etc/where`\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"\n\nENC_KEY_PATH=${ENC_KEY_PATH:-/etc/mongodb-mms/gen.key}\n", ":3: ENC_KEY_PATH " + only_a_shell + plain()},
    {": ${ENC_KEY_PATH:=/etc/mongodb-mms/gen.key}\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH+=/gen.key\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=(/a /b)\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=~mms/gen.key\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=$'/a/gen.key'\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=$1/gen.key\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=/a/gen.key &\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=/a\nunset ENC_KEY_PATH\n", ":2: ENC_KEY_PATH " + only_a_shell + plain()},
    {"eval \"ENC_KEY_PATH=/a\"\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"export \"ENC_KEY_PATH=/a\"\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"read ENC_KEY_PATH </etc/where\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"for ENC_KEY_PATH in /a /b; do :; done\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"if true; then\n  ENC_KEY_PATH=/a/gen.key\nfi\n", ":2: ENC_KEY_PATH " + conditional + plain()},
    {"[ -d /a ] && ENC_KEY_PATH=/a/gen.key\n", ":1: ENC_KEY_PATH " + conditional + plain()},
    {"[ -d /a ] &&\n  ENC_KEY_PATH=/a/gen.key\n", ":2: ENC_KEY_PATH " + conditional + plain()},
    {"[ -d /a ] || # or\n\nENC_KEY_PATH=/a/gen.key\n", ":3: ENC_KEY_PATH " + conditional + plain()},
    {"case x in a) : ;; b) ENC_KEY_PATH=/a;; esac\n", ":1: ENC_KEY_PATH " + conditional + plain()},
    {"(ENC_KEY_PATH=/a/gen.key)\n", ":1: ENC_KEY_PATH " + conditional + plain()},
    {"f() {\n ENC_KEY_PATH=/a/gen.key\n}\n", ":2: ENC_KEY_PATH " + conditional + plain()},
    {"cat <<END\nENC_KEY_PATH=/a\nEND\n", ":2: ENC_KEY_PATH " + conditional + plain()},
    {"ENC_KEY_PATH= /a/gen.key\n", ":1: ENC_KEY_PATH " + beside + plain()},
    {"ENC_KEY_PATH=/a/gen.key start-mongodb-mms\n", ":1: ENC_KEY_PATH " + beside + plain()},
    {"ENC_KEY_PATH=/a/gen.key >/dev/null\n", ":1: ENC_KEY_PATH " + beside + plain()},
    {"ENC_KEY_PATH = /a/gen.key\n", ":1: ENC_KEY_PATH has a space before \"=\", which makes it a command" + plain()},
    {"ENC_KEY_PATH='$HOME/gen.key'\n", ":1: ENC_KEY_PATH holds a quoted \"$\", which no path here should" + plain()},
    {"ENC_KEY_PATH=$DATA/gen.key\n", ":1: ENC_KEY_PATH uses $DATA, which this file does not set" + plain()},
    {"DATA=$(pwd)\nENC_KEY_PATH=$DATA/gen.key\n", ":2: ENC_KEY_PATH " + only_a_shell + plain()},
    {"ENC_KEY_PATH=/a/gen.key\r\n",
     ":1: ENC_KEY_PATH ends in a carriage return (a Windows line ending), which the start script takes as "
     "part of "
     "the value" +
         plain()},
    {"MMS_USER=mongodb-mms\r\n",
     ":1: MMS_USER ends in a carriage return (a Windows line ending), which the start script takes as part "
     "of "
     "the value" +
         plain("MMS_USER")},
    {"ENC_KEY_PATH=/a/\x01gen.key\n", ":1: ENC_KEY_PATH holds a control character" + plain()},
    {"ENC_KEY_PATH=\n", ":1: ENC_KEY_PATH is empty; expected the path of the key file"},
    {"A=1\nB=\"never closed\nENC_KEY_PATH=/a\n", ":2: a quote or bracket opens here that is never closed"},
    {"A=$(never closed\nENC_KEY_PATH=/a\n", ":1: a quote or bracket opens here that is never closed"},
    {"\\unset ENC_KEY_PATH\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"command eval \"ENC_KEY_PATH=/a\"\n", ":1: ENC_KEY_PATH " + only_a_shell + plain()},
    {"MMS_USER=$HOME\n", ":1: MMS_USER uses $HOME; expected the name of an account"},
    {"MMS_USER=$(id -un)\n", ":1: MMS_USER " + only_a_shell + plain("MMS_USER")},
};

TEST_CASE("what only a shell could evaluate is refused with the file, the line and the reason, never guessed") {
  for (const Refused& row : refused) {
    CAPTURE(row.text);
    const auto conf = parse_mms_conf(row.text, origin);
    REQUIRE_FALSE(conf);
    CHECK(conf.error().kind == ErrorKind::configuration);
    CHECK(conf.error().message == origin + row.message);
  }
}

TEST_CASE("a huge or hostile file costs no more than a small one") {
  const auto huge = parse_mms_conf(std::string(65 * 1024, '#'), origin);
  REQUIRE_FALSE(huge);
  CHECK(huge.error().message == std::string(origin) + " has 66560 bytes; at most 65536 were expected");

  std::string doubling = "A=" + std::string(4000, 'a') + "\n";
  for (int round = 0; round < 40; ++round) doubling += "A=$A$A\n";
  const auto grown = parse_mms_conf(doubling + "ENC_KEY_PATH=/$A\n", origin);
  REQUIRE_FALSE(grown);
  CHECK(grown.error().message.find("is longer than a path can be") != std::string::npos);

  CHECK_FALSE(parse_mms_conf(std::string(60'000, '('), origin)->enc_key_path);
  CHECK_FALSE(parse_mms_conf("$" + std::string(60'000, '('), origin));
}

TEST_CASE("the home is the service's, under both of its spellings and no other") {
  CHECK(expand_home("${HOME}/.mongodb-mms/gen.key", "/home/om", origin).value() == "/home/om/.mongodb-mms/gen.key");
  CHECK(expand_home("$HOME/gen.key", "/home/om", origin).value() == "/home/om/gen.key");
  CHECK(expand_home("/etc/gen.key", "/home/om", origin).value() == "/etc/gen.key");
  for (const char* value : {"$HOMEDIR/gen.key", "${HOME:-/x}/gen.key", "$USER/gen.key", "/a/$"}) {
    CAPTURE(value);
    const auto expanded = expand_home(value, "/home/om", origin);
    REQUIRE_FALSE(expanded);
    CHECK(expanded.error().kind == ErrorKind::configuration);
    CHECK(expanded.error().message ==
          std::string(origin) + ": ENC_KEY_PATH \"" + value + "\" uses something other than ${HOME}");
  }
  const auto relative = expand_home("gen.key", "/home/om", origin);
  REQUIRE_FALSE(relative);
  CHECK(relative.error().message == std::string(origin) + ": ENC_KEY_PATH \"gen.key\" is not an absolute path");
  CHECK_FALSE(expand_home("${HOME}/gen.key", "", origin)->starts_with("/home"));
}

}  // namespace
