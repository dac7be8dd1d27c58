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

TEST_CASE("blanks and line ends around credentials do not matter, in the environment as in the file") {
  S3Request asked = request();
  asked.credentials.access_key = " AK0\r\n";
  asked.credentials.secret_key = tests::secret_of("environment\n");
  asked.credentials.session_token = tests::secret_of("\ttoken\n");
  const auto found = choose_credentials(asked);
  REQUIRE(found);
  CHECK(found->access_key == "AK0");
  CHECK(found->secret_key.equals(tests::secret_of("environment")));
  CHECK(found->session_token.equals(tests::secret_of("token")));
}

TEST_CASE("a credential that would begin another header is refused by its position, wherever it comes from") {
  for (const std::string odd : {"\r\nx-evil: 1", "\n", "\x01", "\x7f", "\xc2\xa0"}) {
    CAPTURE(odd);
    const std::string value = "sec" + odd + "ret";
    for (int which = 0; which < 3; ++which) {
      CAPTURE(which);
      S3Request asked = request();
      asked.credentials.access_key = which == 0 ? value : "AK0";
      asked.credentials.secret_key = tests::secret_of(which == 1 ? value : "secret");
      asked.credentials.session_token = tests::secret_of(which == 2 ? value : "");
      const auto found = choose_credentials(asked);
      REQUIRE_FALSE(found);
      CHECK(found.error().kind == ErrorKind::configuration);
      CHECK(found.error().message.find("AWS_") == 0);
      CHECK(found.error().message.find("character 4 ") != std::string::npos);
      CHECK(found.error().message.find("sec") == std::string::npos);
    }
  }
  S3Request asked = request();
  asked.credentials.file = tests::secret_of("[default]\naws_access_key_id=AK1\naws_secret_access_key=sec\x01ret\n");
  const auto found = choose_credentials(asked);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::configuration);
  CHECK(found.error().message.find("character 4 ") != std::string::npos);
}

TEST_CASE("a credentials file is read as Windows editors save it, and UTF-16 is refused by name") {
  S3Request asked = request();
  asked.credentials.file =
      tests::secret_of("\xef\xbb\xbf[default]\r\naws_access_key_id=AK1\r\naws_secret_access_key=x\r\n");
  CHECK(choose_credentials(asked)->access_key == "AK1");
  asked.credentials.file = tests::secret_of(std::string_view("[\0d\0e\0f\0", 8));
  const auto wide = choose_credentials(asked);
  REQUIRE_FALSE(wide);
  CHECK(wide.error().kind == ErrorKind::configuration);
  CHECK(wide.error().message.find("UTF-16") != std::string::npos);
}
