// SPDX-License-Identifier: ISC
// Whole age files.
#include "keystore/age/file.h"

#include <doctest/doctest.h>

#include "tests/keystore/age/samples.h"

using keystore::age::Form;
using keystore::age::Identity;
using keystore::age::Recipient;
using keystore::age::X25519Identity;
using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;

namespace {

constexpr int quick = 2;  // a work factor

const std::string key = "twenty-four known bytes!";

Bytes sealed(std::span<const Recipient> recipients, Form form = Form::binary) {
  return *keystore::age::seal(tests::secret(key), recipients, form);
}

std::string opened(BytesView file, std::span<const Identity> identities) {
  const auto plaintext = keystore::age::open(file, identities);
  return plaintext ? tests::revealed(*plaintext) : plaintext.error().message;
}

// A file that nothing opens.
Bytes with_stanzas(const std::vector<keystore::age::Stanza>& all) {
  const std::string file = keystore::age::write_header(all, keystore::age::new_file_key()) + std::string(32, '\0');
  const BytesView bytes = platform::view_of(file);
  return {bytes.begin(), bytes.end()};
}

// Its header says that it wants this work.
Bytes with_scrypt(const std::string& work_factor, std::size_t count = 1) {
  return with_stanzas({count, {.arguments = {"scrypt", std::string(22, 'A'), work_factor}, .body = Bytes(32)}});
}

struct Sample {
  std::string name;
  Bytes file;
  std::vector<Identity> identities;
};

Sample sample_of_x25519(Form form) {
  auto identity = X25519Identity::generate();
  const std::vector<Recipient> recipients = {identity.recipient()};
  return {form == Form::binary ? "X25519" : "armored", sealed(recipients, form), tests::only(std::move(identity))};
}

Sample sample_of_ssh() {
  const tests::SshKeyFile file;
  const std::vector<Recipient> recipients = {*keystore::age::parse_recipient(file.recipient())};
  return {"ssh-ed25519", sealed(recipients), std::move(*keystore::age::parse_identities(tests::secret(file.text())))};
}

Sample sample_of_passphrase() {
  auto passphrase = tests::passphrase("correct horse");
  auto file = *keystore::age::seal(tests::secret(key), passphrase, Form::binary, quick);
  return {"passphrase", std::move(file), tests::only(std::move(passphrase))};
}

std::vector<Sample> samples() {
  std::vector<Sample> all;
  all.push_back(sample_of_x25519(Form::binary));
  all.push_back(sample_of_x25519(Form::armored));
  all.push_back(sample_of_ssh());
  all.push_back(sample_of_passphrase());
  return all;
}

}  // namespace

TEST_CASE("each kind of identity opens what was made for it, and no other does") {
  const auto stranger = tests::only(X25519Identity::generate());
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    CHECK(opened(sample.file, sample.identities) == key);
    const auto refused = keystore::age::open(sample.file, stranger);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::wrong_identity);
  }
}

TEST_CASE("any one of many recipients opens the file, with any one of many identities") {
  std::vector<Recipient> recipients;
  std::vector<X25519Identity> owners;
  for (int count = 0; count < 20; ++count) {
    owners.push_back(X25519Identity::generate());
    recipients.emplace_back(owners.back().recipient());
  }
  const Bytes file = sealed(recipients);
  for (auto& owner : owners) {
    std::vector<Identity> identities = tests::only(X25519Identity::generate());
    identities.emplace_back(std::move(owner));
    CHECK(opened(file, identities) == key);
  }
}

TEST_CASE("who cannot open a file is told for whom it was made") {
  const auto stranger = tests::only(X25519Identity::generate());
  CHECK(opened(sample_of_ssh().file, stranger) ==
        "none of the identities given opens the backup; it was made for: ssh-ed25519");
  CHECK(opened(sample_of_passphrase().file, stranger) ==
        "none of the identities given opens the backup; it was made for: a passphrase");
  CHECK(opened(sample_of_passphrase().file, tests::only(tests::passphrase("wrong horse"))) ==
        "the passphrase is not the one that the backup was made with");
  CHECK(opened(sample_of_ssh().file, {}) ==
        "none of the identities given opens the backup; it was made for: ssh-ed25519");
}

TEST_CASE("a file for a YubiKey or a post-quantum key says what would open it") {
  const auto stranger = tests::only(X25519Identity::generate());
  CHECK(opened(with_stanzas({{.arguments = {"mlkem768x25519", "AAAA"}, .body = Bytes(32)}}), stranger) ==
        "none of the identities given opens the backup; it was made for: a post-quantum key (mlkem768x25519, not "
        "supported yet)");
  CHECK(opened(with_stanzas({{.arguments = {"piv-p256", "AAAAAA", std::string(44, 'A')}, .body = Bytes(32)}}),
               stranger) ==
        "none of the identities given opens the backup; it was made for: a YubiKey (piv-p256, which 'age -d' with "
        "age-plugin-yubikey opens)");
}

TEST_CASE("a passphrase that wants more work than the limit is refused before any is done") {
  CHECK(opened(with_scrypt("22", 2), {}) ==
        "the header is damaged: a passphrase is not its only recipient, as it must be");
  CHECK(opened(with_scrypt("22"), {}).starts_with("none of the identities"));
  CHECK(opened(with_scrypt("23"), {}) ==
        "the header is damaged: its passphrase wants a work factor of 23, and no more than 22 is ever needed");
  for (const char* none : {"0", "02", "-1", "+9", "0x9", "9a", "118446744073709551625", "100"}) {
    CAPTURE(none);
    CHECK(opened(with_scrypt(none), {}) == "the header is damaged: a scrypt stanza has an invalid work factor");
  }
  for (const int work_factor : {0, 23}) {
    const auto refused = keystore::age::seal(tests::secret(key), tests::passphrase("a"), Form::binary, work_factor);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a file that is cut anywhere gives no key") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    // The last line of armor needs no end.
    const std::size_t whole = sample.file.size() - (sample.name == "armored" ? 1 : 0);
    for (std::size_t size = 0; size < whole; ++size) {
      const auto plaintext = keystore::age::open(std::span(sample.file).first(size), sample.identities);
      CHECK_FALSE(plaintext);
    }
  }
}

TEST_CASE("a file with any bit flipped gives no key") {
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    for (std::size_t bit = 0; bit < sample.file.size() * 8; ++bit) {
      Bytes changed = sample.file;
      changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
      const auto plaintext = keystore::age::open(changed, sample.identities);
      CHECK_FALSE(plaintext);
    }
  }
}

TEST_CASE("a file that has something behind its end gives no key") {
  for (const Sample& sample : samples()) {
    Bytes longer = sample.file;
    longer.push_back(std::byte{'x'});
    CHECK_FALSE(keystore::age::open(longer, sample.identities));
  }
}

TEST_CASE("an inspection tells form, recipients and size without an identity") {
  const std::vector<Recipient> recipients = {X25519Identity::generate().recipient(),
                                             *keystore::age::parse_recipient(tests::SshKeyFile().recipient())};
  const auto inspection = keystore::age::inspect(sealed(recipients, Form::armored));
  REQUIRE(inspection);
  CHECK(*inspection == keystore::age::Inspection{Form::armored, {"X25519", "ssh-ed25519"}, key.size()});
  CHECK(keystore::age::inspect(sample_of_passphrase().file)->recipients == std::vector<std::string>{"scrypt"});
}

TEST_CASE("an inspection sees where a file was cut, as far as that can be seen without a key") {
  for (const Sample& sample : samples()) {
    if (sample.name == "armored") continue;
    const std::size_t header = sample.file.size() - 16 - key.size() - 16;
    for (std::size_t size = 0; size < header + 32; ++size) {
      CHECK_FALSE(keystore::age::inspect(std::span(sample.file).first(size)));
    }
  }
}

TEST_CASE("nothing is encrypted to nobody, to too many, or under an empty passphrase") {
  CHECK(keystore::age::seal(tests::secret(key), std::span<const Recipient>()).error().kind == ErrorKind::usage);
  const std::vector<Recipient> crowd(keystore::age::limits::stanzas + 1, X25519Identity::generate().recipient());
  CHECK(keystore::age::seal(tests::secret(key), crowd).error().kind == ErrorKind::usage);
  CHECK(keystore::Passphrase::create({}).error().kind == ErrorKind::usage);
  CHECK(keystore::Passphrase::create(tests::secret(std::string(1025, 'x'))).error().kind == ErrorKind::usage);
  CHECK(keystore::Passphrase::create(tests::secret(std::string(1024, 'x'))));
}

TEST_CASE("an empty secret is encrypted as any other") {
  auto identity = X25519Identity::generate();
  const std::vector<Recipient> recipients = {identity.recipient()};
  const auto file = keystore::age::seal({}, recipients);
  REQUIRE(file);
  CHECK(opened(*file, tests::only(std::move(identity))).empty());
}
