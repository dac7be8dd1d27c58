// SPDX-License-Identifier: ISC
// Choosing the credentials of a store.
#include "agent/backup_program/s3_credentials.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"
#include "tests/support/environment.h"

using agent::S3Request;
using agent::backup_program::choose_credentials;
using agent::backup_program::read_credentials_file;
using agent::backup_program::read_instance_credentials;
using platform::ErrorKind;
using platform::view_of;

namespace {

constexpr std::string_view file =
    "# of the administrator\n"
    "[default]\n"
    "aws_access_key_id = AK1\r\n"
    "aws_secret_access_key=first=\n"
    "; another\n"
    "[ backup ]\n"
    "aws_access_key_id=AK2\n"
    "aws_secret_access_key = second\n"
    "aws_session_token = token\n"
    "[half]\n"
    "aws_access_key_id=AK3\n";

S3Request request() {
  tests::set_variable("AWS_EC2_METADATA_DISABLED", "true");
  S3Request request;
  request.credentials.file = tests::secret_of(file);
  return request;
}

}  // namespace

TEST_CASE("a profile of the shared credentials file is read, with blanks and comments around") {
  const auto first = read_credentials_file(view_of(file), "default");
  REQUIRE(first);
  CHECK(first->access_key == "AK1");
  CHECK(first->secret_key.equals(tests::secret_of("first=")));
  CHECK(first->session_token.empty());
  const auto second = read_credentials_file(view_of(file), "backup");
  REQUIRE(second);
  CHECK(second->access_key == "AK2");
  CHECK(second->secret_key.equals(tests::secret_of("second")));
  CHECK(second->session_token.equals(tests::secret_of("token")));
}

TEST_CASE("a profile that is not there, or half there, is none") {
  for (const char* profile : {"half", "other", "", "Default", "backup ]"})
    CHECK_FALSE(read_credentials_file(view_of(file), profile));
  CHECK_FALSE(read_credentials_file({}, "default"));
}

TEST_CASE("the environment comes before the file, and a profile that the destination names before both") {
  S3Request asked = request();
  CHECK(choose_credentials(asked)->access_key == "AK1");
  asked.credentials.profile = "backup";
  CHECK(choose_credentials(asked)->access_key == "AK2");
  asked.credentials.access_key = "AK0";
  asked.credentials.secret_key = tests::secret_of("environment");
  CHECK(choose_credentials(asked)->access_key == "AK0");
  asked.bucket.profile = "backup";
  CHECK(choose_credentials(asked)->access_key == "AK2");
}

TEST_CASE("credentials that are missing or incomplete are told as that, and never replaced by others") {
  S3Request named = request();
  named.bucket.profile = "other";
  CHECK(choose_credentials(named).error().kind == ErrorKind::store_refuses);
  CHECK(choose_credentials(named).error().message.find("profile other") != std::string::npos);
  S3Request half = request();
  half.credentials.access_key = "AK0";
  CHECK(choose_credentials(half).error().kind == ErrorKind::configuration);
  S3Request none = request();
  none.credentials.file = {};
  CHECK(choose_credentials(none).error().kind == ErrorKind::store_refuses);
}

TEST_CASE("an instance profile's answer is read, and anything else is none") {
  const auto found = read_instance_credentials(
      view_of(R"({"Code":"Success","AccessKeyId":"AK4","SecretAccessKey":"third","Token":"session"})"));
  REQUIRE(found);
  CHECK(found->access_key == "AK4");
  CHECK(found->secret_key.equals(tests::secret_of("third")));
  CHECK(found->session_token.equals(tests::secret_of("session")));
  for (const char* text : {"", "[]", "{}", R"({"AccessKeyId":"AK4"})", R"({"AccessKeyId":4,"SecretAccessKey":"x"})"})
    CHECK_FALSE(read_instance_credentials(view_of(text)));
}
