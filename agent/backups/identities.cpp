// SPDX-License-Identifier: ISC
#include "agent/backups/identities.h"

#include <algorithm>
#include <string>
#include <utility>

#include "agent/backups/given_files.h"
#include "agent/base/limits.h"
#include "keystore/age/file.h"
#include "platform/base/text_encoding.h"
#include "platform/files/file.h"

namespace agent {

namespace {

namespace age = keystore::age;
namespace cms = keystore::cms;
using keystore::Passphrase;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

// Identities are secret, so they are read straight into locked memory.
Result<SecretBytes> read_identity_file(const std::string& name) {
  if (name == "-") return of_the_input(platform::read_secret_stream(platform::standard_input, age::limits::text_file));
  auto file = TRY(of_the_input(platform::read_secret_file(name, age::limits::text_file)));
  return std::move(file.content);
}

Result<void> add_identities(const std::string& name, const Passphrase* passphrase, BackupIdentities& out) {
  const std::string origin = name == "-" ? "standard input" : name;
  SecretBytes saved = TRY(read_identity_file(name));
  const SecretBytes file = TRY(platform::utf8_text(std::move(saved), origin, ErrorKind::usage));
  // The option -i takes both kinds, and a file's name says nothing, so the content decides.
  if (cms::is_private_key(file)) {
    out.cms.push_back(TRY(named(cms::PrivateKey::parse(file, passphrase), origin)));
    return {};
  }
  auto read = TRY(named(age::parse_identities(file), origin));
  std::ranges::move(read, std::back_inserter(out.age));
  return {};
}

// Asked once here: the passphrase is already chosen, and a slip shows at once.
Result<std::vector<Passphrase>> passphrases_that_open(const Options& options) {
  std::vector<Passphrase> passphrases;
  if (options.passphrase_fd) {
    const SecretBytes line = TRY(read_passphrase_line(*options.passphrase_fd));
    passphrases = TRY(Passphrase::all_in_line(line));
  }
  if (options.passphrase) passphrases.push_back(TRY(ask_passphrase("Passphrase: ")));
  return passphrases;
}

Result<void> check_identities(const Options& options) {
  const auto& names = options.identities;
  if (names.empty() && !wants_passphrase(options))
    return fail(ErrorKind::usage, "a backup is opened with -i FILE, --passphrase or --passphrase-fd");
  // The first reader takes all of standard input. The second would find nothing and report an empty file.
  const auto piped = std::ranges::count(names, "-") + (options.passphrase_fd == platform::standard_input ? 1 : 0);
  if (piped > 1) return fail(ErrorKind::usage, "standard input holds one thing: an identity or a passphrase");
  // Bounded, because every identity is tried on every recipient of a backup.
  if (names.size() > limits::identity_files) return fail(ErrorKind::usage, "these are too many identity files");
  return {};
}

}  // namespace

Result<BackupIdentities> read_identities(const Options& options) {
  // Checked before anything is read, so that nobody types a passphrase in vain.
  TRY(check_identities(options));
  BackupIdentities identities;
  auto passphrases = TRY(passphrases_that_open(options));
  for (const std::string& name : options.identities)
    TRY(add_identities(name, passphrases.empty() ? nullptr : &passphrases.front(), identities));
  // The same passphrase may be for a private key or for the backup itself. Both are tried.
  for (Passphrase& passphrase : passphrases) identities.age.emplace_back(std::move(passphrase));
  return identities;
}

}  // namespace agent
