// SPDX-License-Identifier: ISC
// Whom backups are encrypted to, and what opens them.
#include "agent/backups/encryption.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include "keystore/age/file.h"
#include "tests/agent/samples.h"

using agent::BackupFormat;
using agent::BackupIdentities;
using agent::BackupRecipients;
using agent::Config;
using agent::Options;
using keystore::age::X25519Identity;
using platform::ErrorKind;

namespace {

BackupRecipients recipients(const std::vector<const X25519Identity*>& identities) {
  BackupRecipients made;
  for (const auto* identity : identities) made.age.emplace_back(identity->recipient());
  return made;
}

}  // namespace

TEST_CASE("without anybody who could open it there is no backup") {
  const auto read = agent::read_recipients(Options(), Config());
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::no_recipients);
}

TEST_CASE("recipients that are given stand instead of those that are configured") {
  const auto configured = X25519Identity::generate();
  const auto given = X25519Identity::generate();
  Config config;
  config.recipients = {configured.recipient()};
  Options options;
  options.recipients = {given.recipient()};
  CHECK(agent::read_recipients(Options(), config)->age == config.recipients);
  CHECK(agent::read_recipients(options, config)->age == options.recipients);
}

TEST_CASE("where only approved algorithms are allowed, certificates are served and age is not") {
  Config config;
  config.recipients = {X25519Identity::generate().recipient()};
  CHECK(agent::formats_for(config) == std::vector{BackupFormat::age});
  config.certificates = {"/backup.pem"};
  CHECK(agent::formats_for(config) == std::vector{BackupFormat::age, BackupFormat::cms});
  EVP_default_properties_enable_fips(nullptr, 1);
  const auto formats = agent::formats_for(config);
  config.certificates.clear();
  const auto refused = agent::read_recipients(Options(), config);
  EVP_default_properties_enable_fips(nullptr, 0);
  CHECK(formats == std::vector{BackupFormat::cms});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::configuration);
  CHECK(refused.error().message.find("CMS") != std::string::npos);
}

TEST_CASE("a passphrase beside recipients is refused, because age allows it alone") {
  Options options;
  options.recipients = {X25519Identity::generate().recipient()};
  options.passphrase = true;
  const auto read = agent::read_recipients(options, Config());
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::usage);
}

TEST_CASE("the digest of recipients tells lists apart, and not orders") {
  const auto one = X25519Identity::generate();
  const auto other = X25519Identity::generate();
  const auto digest = [](const BackupRecipients& list) { return agent::digest_of(list, BackupFormat::age); };
  CHECK(digest(recipients({&one, &other})) == digest(recipients({&other, &one})));
  CHECK(digest(recipients({&one})) != digest(recipients({&one, &other})));
  BackupRecipients passphrase;
  passphrase.passphrase = *keystore::Passphrase::create(tests::secret_of("correct horse"));
  CHECK(digest(passphrase).empty());
}

TEST_CASE("what is sealed to a recipient opens with its identity, and with no other") {
  const auto identity = X25519Identity::generate();
  const auto sealed = agent::seal_backup(tests::secret_of("key"), recipients({&identity}), BackupFormat::age, false);
  REQUIRE(sealed);
  BackupIdentities right;
  right.age.emplace_back(*X25519Identity::parse(identity.text().reveal()));
  CHECK(agent::open_backup(*sealed, right)->equals(tests::secret_of("key")));
  BackupIdentities wrong;
  wrong.age.emplace_back(X25519Identity::generate());
  CHECK(agent::open_backup(*sealed, wrong).error().kind == ErrorKind::wrong_identity);
  CHECK(agent::open_backup(*sealed, BackupIdentities()).error().kind == ErrorKind::wrong_identity);
}

TEST_CASE("standard input holds one thing") {
  Options options;
  options.identities = {"-", "-"};
  CHECK(agent::read_identities(options).error().kind == ErrorKind::usage);
  options.identities = {"-"};
  options.passphrase_fd = 0;
  CHECK(agent::read_identities(options).error().kind == ErrorKind::usage);
}

TEST_CASE("nothing opens a backup when nothing is given") {
  CHECK(agent::read_identities(Options()).error().kind == ErrorKind::usage);
}
