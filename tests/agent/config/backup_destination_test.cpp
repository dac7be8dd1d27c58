// SPDX-License-Identifier: ISC
// Destinations of backups, as an administrator writes them.
#include "agent/config/backup_destination.h"

#include <doctest/doctest.h>

#include "tests/support/this_system.h"

using agent::parse_destination;
using agent::S3Bucket;
using platform::ErrorKind;

namespace {

S3Bucket bucket_of(const char* text) {
  const auto parsed = parse_destination(text);
  REQUIRE(parsed);
  return std::get<S3Bucket>(*parsed);
}

}  // namespace

TEST_CASE("a destination reads as it is written") {
  const std::string options = "endpoint=https://store.example.com:9000&region=r&profile=backup&ca=";
  for (const std::string& text :
       {tests::file_url("/var/backups/genkey-agent"), std::string("s3://keys"), std::string("s3://keys/om/a"),
        std::string("s3://keys?region=eu-central-1"), "s3://keys/om?" + options + tests::absolute("/etc/ssl/store.pem"),
        std::string("s3://keys?endpoint=http://127.0.0.1:8080"),
        std::string("s3://keys?endpoint=https://[fd00::1]:8080")}) {
    CAPTURE(text);
    const auto parsed = parse_destination(text);
    REQUIRE(parsed);
    CHECK(agent::text_of(*parsed) == text);
  }
}

TEST_CASE("a directory or prefix is the same with a slash at its end") {
  CHECK(agent::text_of(*parse_destination("s3://keys/om/")) == "s3://keys/om");
  CHECK(agent::text_of(*parse_destination(tests::file_url("/var/./backups"))) == tests::file_url("/var/backups"));
  CHECK(agent::text_of(*parse_destination(tests::file_url("/var/backups/"))) == tests::file_url("/var/backups"));
  CHECK(agent::text_of(*parse_destination(tests::file_url("/var/lib/../backups/."))) ==
        tests::file_url("/var/backups"));
}

TEST_CASE("a prefix has one slash at its end at most") {
  CHECK_FALSE(parse_destination("s3://keys/om//"));
  CHECK_FALSE(parse_destination("s3://keys//"));
}

TEST_CASE("the root is no directory for backups, however it is written") {
  for (const char* path : {"/", "/..", "/var/..", "/var/lib/../../.", "/../.."}) {
    CAPTURE(path);
    CHECK_FALSE(parse_destination(tests::file_url(path)));
  }
  CHECK_FALSE(parse_destination(tests::file_url("/var") + std::string("/backups\0else", 13)));
}

TEST_CASE("Amazon's endpoint has the bucket in its name, unless a dot would break the certificate") {
  const S3Bucket plain = bucket_of("s3://keys/om?region=eu-west-1");
  CHECK(plain.base() == "https://keys.s3.eu-west-1.amazonaws.com");
  CHECK(plain.root() == "/");
  const S3Bucket dotted = bucket_of("s3://keys.example.com");
  CHECK(dotted.base() == "https://s3.us-east-1.amazonaws.com");
  CHECK(dotted.root() == "/keys.example.com/");
  const S3Bucket own = bucket_of("s3://keys?endpoint=https://store:9000");
  CHECK(own.base() == "https://store:9000");
  CHECK(own.root() == "/keys/");
}

TEST_CASE("a destination that is none is refused with what is expected, and its credentials are not repeated") {
  for (const char* text : {"",
                           "/var/backups",
                           "file://",
                           "file:///",
                           "file://relative/path",
                           "ftp://host/path",
                           "s3://",
                           "s3://ab",
                           "s3://Keys",
                           "s3://-keys",
                           "s3://keys//om",
                           "s3://keys/../om",
                           "s3://keys/..",
                           "s3://keys/o m",
                           "s3://keys?endpoint=",
                           "s3://keys?endpoint=store:9000",
                           "s3://keys?endpoint=https://store/path",
                           "s3://keys?endpoint=https://user@store",
                           "s3://keys?endpoint=http://store.example.com",
                           "s3://keys?region=",
                           "s3://keys?endpoint=http://127.evil.example.com@store",
                           "s3://keys?ca=relative.pem",
                           "s3://keys?secret=x",
                           "s3://keys?region",
                           "s3://keys?profile=a b"}) {
    CAPTURE(text);
    const auto parsed = parse_destination(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::configuration);
    CHECK(parsed.error().message.starts_with("this is not a destination for backups; expected "));
    for (const char* credential : {"user", "secret=x", "evil"})
      CHECK(parsed.error().message.find(credential) == std::string::npos);
  }
}

TEST_CASE("a connection without TLS is taken on loopback only, whatever a name begins with") {
  CHECK_FALSE(parse_destination("s3://keys?endpoint=http://127.evil.example.com"));
  CHECK_FALSE(parse_destination("s3://keys?endpoint=http://localhost.example.com:80"));
  CHECK(parse_destination("s3://keys?endpoint=http://localhost:80"));
  CHECK(parse_destination("s3://keys?endpoint=http://[::1]:80"));
}

TEST_CASE("a mistyped scheme is answered with the one that was meant") {
  for (const char* text : {"s3:bucket", "s3:/bucket/om", "S3://bucket", "s2://bucket", "ss3://bucket"}) {
    CAPTURE(text);
    CHECK(agent::mistyped_scheme(text) == "s3://");
    CHECK(agent::parse_destination(text).error().message.ends_with("(did you mean \"s3://\"?)"));
  }
  for (const char* text : {"file:/var/backups", "ffile:///var/backups", "File:///var/backups"}) {
    CAPTURE(text);
    CHECK(agent::mistyped_scheme(text) == "file://");
  }
}

TEST_CASE("a path, another protocol and a right scheme are no mistyped schemes") {
  for (const char* text : {"/var/backups", "C:/backups", "C:\\backups", "https://store", "ftp://store", "gs://bucket",
                           "s3://bucket", "file:///var/backups", "om1.age", ""}) {
    CAPTURE(text);
    CHECK_FALSE(agent::mistyped_scheme(text));
  }
}
