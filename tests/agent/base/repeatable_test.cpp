// SPDX-License-Identifier: ISC
// What an error may repeat of a refused value: mistyped words and names, and nothing that may be a secret.
#include "agent/base/repeatable.h"

#include <doctest/doctest.h>

using agent::may_repeat;
using agent::repeated;
using agent::secret_form;

TEST_CASE("a secret is recognised by its form, whatever stands around it and however it is written") {
  const std::string identity = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
  for (const std::string& text :
       {identity, " " + identity, identity + "\r\n", "\t" + identity + " ", std::string("age-secret-key-1qqqqqqqqqq"),
        "key=" + identity, std::string("AGE-PLUGIN-YUBIKEY-1QQQQ")}) {
    CAPTURE(text);
    CHECK(secret_form(text) == "an age identity");
    CHECK_FALSE(may_repeat(text));
  }
  CHECK(secret_form("gka1_ARsomething") == "a ticket");
  CHECK(secret_form(" GKA1_ARSOMETHING\r\n") == "a ticket");
  CHECK(secret_form("--frobnicate=gka1_ARsomething") == "a ticket");
  CHECK(secret_form("s3://me:secret@bucket/om") == "an address with a password");
  CHECK(secret_form("https://me:secret@store.example.com") == "an address with a password");
  CHECK(secret_form("000102030405060708090a0b0c0d0e0f1011121314151617") == "a key");
  CHECK(secret_form("AAECAwQFBgcICQoLDA0ODxAREhMUFRYX") == "a key");
  CHECK(secret_form("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") == "an access key");
  CHECK(secret_form("AKIAIOSFODNN7EXAMPLE") == "an access key");
  CHECK(secret_form("-----BEGIN OPENSSH PRIVATE KEY-----") == "a private key");
}

TEST_CASE("names, paths, fleets, pins and destinations have no form of a secret") {
  for (const char* text :
       {"", "om1", "om1.example.com:27424", "/etc/mongodb-mms/gen.key", "file:///var/backups/genkey-agent",
        "s3://bucket/om?endpoint=https://store.example.com", "00112233445566778899aabbccddeeff",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "C:\\ProgramData\\genkey-agent",
        "gen.key.00112233445566778899aabbccddeeff.1.om1.20261129T043254Z.1.age", "s3://bucket/mail@example.com"}) {
    CAPTURE(text);
    CHECK_FALSE(secret_form(text));
  }
}

TEST_CASE("a mistyped word and a plain host name are repeated, so that the mistake is seen") {
  for (const char* text : {"maybe", "Default", "30", "61s", "-1s", "verfiy", "om1:99999", "[::1]:x",
                           "om1.ops-manager.prod.example.com:27424", "ip-10-0-0-17.eu-central-1.compute.internal"}) {
    CAPTURE(text);
    CHECK(may_repeat(text));
    CHECK(repeated(text) == "\"" + std::string(text) + "\"");
  }
}

TEST_CASE("what may be a passphrase, a token or a key is not repeated") {
  for (const char* text : {"", "correct horse battery staple", "p@ssw0rd!", "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
                           "00112233445566778899aabbccddeeff", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "tr0ub4dor3andmore",
                           "a\x1b[2Jb", "s3://bucket", "name=om1", "\xc3\xa4"}) {
    CAPTURE(text);
    CHECK_FALSE(may_repeat(text));
    CHECK(repeated(text) == "this text");
  }
  CHECK_FALSE(may_repeat(std::string(65, '.')));
}
