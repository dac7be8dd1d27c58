// SPDX-License-Identifier: ISC
// Identity files, age's and ssh's.
#include "keystore/age/identity.h"

#include <doctest/doctest.h>

#include "tests/keystore/age/samples.h"

using keystore::age::Identity;
using keystore::age::parse_identities;
using platform::ErrorKind;

namespace {

// The pair from the specification of age.
const std::string identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const std::string recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

std::string refusal_of(const std::string& text) {
  const auto parsed = parse_identities(tests::secret(text));
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == ErrorKind::usage);
  CHECK(parsed.error().message.find("GFPYY") == std::string::npos);  // nothing secret is repeated
  return parsed.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string recipient_of(const Identity& parsed) {
  return std::get<keystore::age::X25519Identity>(parsed).recipient().text();
}

std::string ssh_recipient_of(const Identity& parsed) {
  return std::get<keystore::age::SshIdentity>(parsed).recipient().text() + " me@here";
}

}  // namespace

TEST_CASE("an identity file has comments and one identity or more") {
  const auto parsed = parse_identities(tests::secret("# created: today\n\n" + identity + "\r\n" + identity));
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 2);
  CHECK(recipient_of(parsed->back()) == recipient);
}

TEST_CASE("a new identity file reads as age-keygen's and opens what its recipient gets") {
  using std::chrono::sys_days;
  const auto made = keystore::age::new_identity(sys_days(std::chrono::year{2026} / 11 / 22) + std::chrono::hours(2));
  const std::string text = tests::revealed(made.file);
  CHECK(text.starts_with("# created: 2026-11-22T02:00:00Z\n# public key: " + made.recipient.text() +
                         "\nAGE-SECRET-KEY-1"));
  CHECK(text.back() == '\n');
  const auto parsed = parse_identities(made.file);
  REQUIRE(parsed);
  CHECK(recipient_of(parsed->front()) == made.recipient.text());
  CHECK(keystore::age::new_identity({}).recipient != made.recipient);
}

TEST_CASE("what is no identity is refused with its line and what it is") {
  CHECK(contains(refusal_of(identity + "\n" + identity + "x"), "line 2 "));
  CHECK(contains(refusal_of(identity.substr(0, 60)), "mistyped or incomplete"));
  CHECK(contains(refusal_of("AGE-SECRET-KEY-PQ-1GFPYY"), "post-quantum"));
  CHECK(contains(refusal_of("AGE-PLUGIN-YUBIKEY-1GFPYY"), "plugin"));
  CHECK(contains(refusal_of(recipient), "recipient"));
  CHECK(contains(refusal_of("# nothing\n"), "holds no identity"));
  CHECK(contains(refusal_of(""), "holds no identity"));
  CHECK(contains(refusal_of("-----BEGIN AGE ENCRYPTED FILE-----\n"), "age -d"));
  CHECK(contains(refusal_of("-----BEGIN RSA PRIVATE KEY-----\n"), "another kind"));
  CHECK(contains(refusal_of(std::string(512UL * 1024, '\n')), "larger"));
}

TEST_CASE("an ssh private key is read, with the key that it says") {
  const tests::SshKeyFile file;
  const auto parsed = parse_identities(tests::secret(file.text()));
  REQUIRE(parsed);
  CHECK(ssh_recipient_of(parsed->front()) == file.recipient());
}

TEST_CASE("an encrypted ssh private key is refused with the way out") {
  tests::SshKeyFile file;
  file.cipher = "aes256-ctr";
  CHECK(contains(refusal_of(file.text()), "ssh-keygen -p"));
}

TEST_CASE("an ssh private key with anything wrong in it is refused") {
  const tests::SshKeyFile sound;
  auto file = sound;
  file.kind = "ssh-rsa";
  CHECK(contains(refusal_of(file.text()), "only ssh-ed25519"));
  file = sound;
  file.check_again = "abce";
  CHECK(contains(refusal_of(file.text()), "damaged"));
  file = sound;
  file.padding = "\1\2\3\4\6";
  CHECK(contains(refusal_of(file.text()), "damaged"));
  file = sound;
  file.padding = "\1\2\3\4\5\6\7\b\t";
  CHECK(contains(refusal_of(file.text()), "damaged"));
  file = sound;
  file.seed[7] = 'x';
  CHECK(contains(refusal_of(file.text()), "damaged"));
  file = sound;
  file.seed.pop_back();
  CHECK(contains(refusal_of(file.text()), "damaged"));
}

TEST_CASE("an ssh private key with any bit flipped, or cut anywhere, is no other key") {
  const tests::SshKeyFile file;
  const std::string text = file.text();
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
    const auto parsed = parse_identities(tests::secret(changed));
    if (parsed) CHECK(ssh_recipient_of(parsed->front()) == file.recipient());
  }
  for (std::size_t size = 0; size < text.size() - 1; ++size) {
    CHECK_FALSE(parse_identities(tests::secret(text.substr(0, size))));
  }
}
