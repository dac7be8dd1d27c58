// SPDX-License-Identifier: ISC
// Recipients as people give them.
#include "keystore/age/recipient.h"

#include <doctest/doctest.h>

#include "tests/keystore/age/samples.h"

using keystore::age::parse_recipient;
using keystore::age::parse_recipients_file;
using keystore::age::to_text;
using platform::ErrorKind;

namespace {

const std::string x25519 = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

std::string refusal_of(std::string_view text) {
  const auto parsed = parse_recipient(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == ErrorKind::usage);
  return parsed.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a recipient is written as it was given, an ssh key without its comment") {
  const std::string ssh = tests::SshKeyFile().recipient();
  CHECK(to_text(*parse_recipient(x25519)) == x25519);
  CHECK(to_text(*parse_recipient(ssh)) + " me@here" == ssh);
}

TEST_CASE("what is no recipient is refused with what it is") {
  CHECK(contains(refusal_of("age1zvkyg"), "mistyped or incomplete"));
  CHECK(contains(refusal_of("age1pq1x34nzsvr0rx"), "post-quantum"));
  CHECK(contains(refusal_of("age1tagpq1m3e4wvp"), "post-quantum"));
  CHECK(contains(refusal_of("age1tag1qt8lw0ual"), "plugin"));
  CHECK(contains(refusal_of("ssh-rsa AAAAB3NzaC1yc2E= me@here"), "ssh-keygen -t ed25519"));
  CHECK(contains(refusal_of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@here"), "mistyped or incomplete"));
  CHECK(contains(refusal_of(""), "is not a recipient"));
  CHECK(contains(refusal_of("github:me"), "is not a recipient"));
}

TEST_CASE("an identity given for a recipient is not repeated in the refusal") {
  const std::string secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
  CHECK_FALSE(contains(refusal_of(secret), "GFPYY"));
  const auto listed = parse_recipients_file(x25519 + "\n" + secret + "\n");
  REQUIRE_FALSE(listed);
  CHECK(contains(listed.error().message, "line 2 "));
  CHECK_FALSE(contains(listed.error().message, "GFPYY"));
  for (const std::string& text : {" " + secret, secret + " ", "\t" + secret + "\r\n", "=" + secret,
                                  std::string("age-secret-key-1gfpyysjz"), std::string("age1GFPYY")}) {
    CAPTURE(text);
    CHECK_FALSE(contains(refusal_of(text), "GFPYY"));
    CHECK_FALSE(contains(refusal_of(text), "gfpyy"));
    CHECK((contains(refusal_of(text), "which is secret") || text == "age1GFPYY"));
  }
}

TEST_CASE("a file of recipients may have comments, empty lines and CRLF, and names at least one") {
  const auto recipients =
      parse_recipients_file("# the safe\r\n\r\n" + x25519 + "\r\n" + tests::SshKeyFile().recipient());
  REQUIRE(recipients);
  CHECK(recipients->size() == 2);
  CHECK_FALSE(parse_recipients_file(""));
  CHECK_FALSE(parse_recipients_file("# nobody\n"));
}

TEST_CASE("nobody encrypts to a recipient of low order, whom everyone could read for") {
  const auto wrapped = keystore::age::X25519Recipient{}.wrap(keystore::age::new_file_key());
  REQUIRE_FALSE(wrapped);
  CHECK(wrapped.error().kind == ErrorKind::usage);
}
