// SPDX-License-Identifier: ISC
#include "platform/ops_manager/mms_properties.h"

#include <doctest/doctest.h>

namespace {

using platform::parse_mms_properties;

TEST_CASE("encrypted credentials and a switched-off pre-flight are seen in conf-mms.properties") {
  CHECK_FALSE(parse_mms_properties("").encrypted_credentials);
  CHECK_FALSE(parse_mms_properties("").preflight_off);
  for (const char* text : {"mongo.encryptedCredentials=true", "a=b\nmongo.encryptedCredentials = TRUE \r\n",
                           "mongo.encryptedCredentials: true\n", "\tmongo.encryptedCredentials true\n",
                           "mongo.encryptedCredentials=false\nmongo.encryptedCredentials=true\n"}) {
    CAPTURE(text);
    CHECK(parse_mms_properties(text).encrypted_credentials);
  }
  for (const char* text :
       {"#mongo.encryptedCredentials=true", "! mongo.encryptedCredentials=true", "mongo.encryptedCredentials=false",
        "xmongo.encryptedCredentials=true", "a=\\\nmongo.encryptedCredentials=true\n",
        "mongo.encryptedCredentials=true\nmongo.encryptedCredentials=false\n"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_mms_properties(text).encrypted_credentials);
  }
  CHECK(parse_mms_properties("# comment \\\nmms.preflight.run=false\n").preflight_off);
  CHECK_FALSE(parse_mms_properties("mms.preflight.run=true\n").preflight_off);
}

}  // namespace
