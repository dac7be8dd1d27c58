// SPDX-License-Identifier: ISC
#include "agent/backups/encryption.h"

#include <algorithm>
#include <set>

#include "agent/backups/notes.h"
#include "agent/base/limits.h"
#include "keystore/age/file.h"
#include "platform/base/text_encoding.h"
#include "platform/files/file.h"
#include "platform/processes/terminal.h"

namespace agent {

namespace {

namespace age = keystore::age;
namespace cms = keystore::cms;
using keystore::Passphrase;
using platform::Bytes;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;
using platform::SecretBytes;

// These kinds stand for this host's key in the table of exit codes. Here the fault is in a file that the user gave.
template <class Value>
Result<Value> of_the_input(Result<Value> read) {
  if (read) return read;
  const ErrorKind kind = read.error().kind;
  const bool odd = kind == ErrorKind::unsafe_file || kind == ErrorKind::invalid_key || kind == ErrorKind::not_found;
  return fail(odd ? ErrorKind::usage : kind, std::move(read).error().message);
}

// Parsers do not know the name of the file. The name is added here, so that the user learns which of several files is
// wrong.
template <class Value>
Result<Value> named(Result<Value> parsed, const std::string& origin) {
  if (parsed) return parsed;
  return fail(parsed.error().kind, origin + ": " + parsed.error().message);
}

Result<std::string> read_text(const Path& path) {
  // Links are followed: recipients and certificates are public, and administrators link configuration files.
  const auto file = TRY(of_the_input(platform::read_file(path, age::limits::text_file, platform::Links::follow)));
  const auto text = TRY(platform::utf8_text(platform::text_of(file.content), path.string(), ErrorKind::usage));
  return std::string(text);
}

Result<std::vector<age::Recipient>> read_recipients_file(const Path& path) {
  const std::string text = TRY(read_text(path));
  return named(age::parse_recipients_file(text), path.string());
}

Result<std::vector<cms::Certificate>> read_certificates(const std::vector<Path>& paths) {
  std::vector<cms::Certificate> certificates;
  for (const Path& path : paths) {
    const std::string text = TRY(read_text(path));
    const auto read = TRY(named(cms::Certificate::parse(text), path.string()));
    certificates.insert(certificates.end(), read.begin(), read.end());
  }
  return certificates;
}

Result<Passphrase> ask_passphrase(std::string_view prompt) {
  // One byte more than the limit is read, so that create() refuses a long passphrase instead of using a part of it.
  return Passphrase::create(TRY(platform::ask_hidden_line(prompt, Passphrase::longest + 1)));
}

// Asked twice, because a slip would be noticed only on the day when the backup is needed.
Result<Passphrase> ask_new_passphrase() {
  Passphrase first = TRY(ask_passphrase("Passphrase for the backup: "));
  const Passphrase second = TRY(ask_passphrase("The same passphrase again: "));
  if (first.bytes().equals(second.bytes())) return first;
  return fail(ErrorKind::usage, "the two passphrases are not the same");
}

Result<SecretBytes> read_passphrase_line(int descriptor) {
  // More bytes than a passphrase has, for the end of the line and an editor's mark.
  return of_the_input(platform::read_secret_stream(descriptor, Passphrase::longest + 5));
}

Result<Passphrase> read_new_passphrase(int descriptor) {
  const SecretBytes line = TRY(read_passphrase_line(descriptor));
  return Passphrase::create_from_line(line);
}

bool names_recipients(const Options& options) {
  return !options.recipients.empty() || options.recipients_file || !options.certificates.empty();
}

bool wants_passphrase(const Options& options) { return options.passphrase || options.passphrase_fd; }

Result<BackupRecipients> recipients_of(const Options& options) {
  BackupRecipients recipients;
  // The configured recipients are left out: a person who names recipients decides alone who can open this copy.
  recipients.age = options.recipients;
  if (options.recipients_file) {
    const auto more = TRY(read_recipients_file(*options.recipients_file));
    recipients.age.insert(recipients.age.end(), more.begin(), more.end());
  }
  recipients.certificates = TRY(read_certificates(options.certificates));
  return recipients;
}

Result<BackupRecipients> recipients_of(const Config& config) {
  // Refused before anything is written, because a copy that nobody can open would pass for a backup.
  if (!has_recipients(config))
    return fail(ErrorKind::no_recipients, "no recipients are configured or given, so nobody could open a backup");
  BackupRecipients recipients;
  recipients.age = config.recipients;
  recipients.certificates = TRY(read_certificates(config.certificates));
  return recipients;
}

// The age format allows no recipient beside a passphrase.
Result<BackupRecipients> passphrase_alone(const Options& options) {
  if (names_recipients(options))
    return fail(ErrorKind::usage, "a passphrase opens a backup alone: give it, or recipients and certificates");
  BackupRecipients recipients;
  // A script does not mistype, so a passphrase from a descriptor is read once.
  recipients.passphrase =
      TRY(options.passphrase_fd ? read_new_passphrase(*options.passphrase_fd) : ask_new_passphrase());
  return recipients;
}

// Where OpenSSL does not allow age (FIPS), a copy for the certificates alone is better than no copy. Without
// certificates no copy can be made, and the refusal is returned.
Result<void> leave_out_what_is_refused(BackupRecipients& recipients) {
  auto allowed = age::is_allowed();
  if (allowed || (recipients.age.empty() && !recipients.passphrase)) return {};
  if (recipients.certificates.empty()) return allowed;
  recipients.age.clear();
  return {};
}

// A set, so that the digest does not depend on the order in which the recipients are written.
std::string digest_of_list(std::set<std::string> entries) {
  std::string list;
  for (const std::string& entry : entries) list += entry + "\n";
  return digest_of(platform::view_of(list));
}

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

Result<SecretBytes> open_cms(BytesView content, const std::vector<cms::PrivateKey>& keys) {
  Result<SecretBytes> opened =
      fail(ErrorKind::wrong_identity, "this backup is a CMS message, which a private key in PEM opens: -i KEY.pem");
  // A key that does not fit is not an error yet, because the next key may fit. Any other failure ends the search: the
  // message itself is at fault, for every key.
  for (const cms::PrivateKey& key : keys) {
    opened = cms::open(content, key);
    if (opened || opened.error().kind != ErrorKind::wrong_identity) return opened;
  }
  return opened;
}

}  // namespace

bool has_recipients(const Config& config) { return !config.recipients.empty() || !config.certificates.empty(); }

Result<BackupRecipients> read_recipients(const Options& options, const Config& config) {
  const auto read = [&]() -> Result<BackupRecipients> {
    if (wants_passphrase(options)) return passphrase_alone(options);
    return names_recipients(options) ? recipients_of(options) : recipients_of(config);
  };
  BackupRecipients recipients = TRY(read());
  TRY(leave_out_what_is_refused(recipients));
  return recipients;
}

std::vector<BackupFormat> formats_for(const BackupRecipients& recipients) {
  std::vector<BackupFormat> formats;
  if (recipients.passphrase || !recipients.age.empty()) formats.push_back(BackupFormat::age);
  if (!recipients.certificates.empty()) formats.push_back(BackupFormat::cms);
  return formats;
}

std::vector<BackupFormat> formats_for(const Config& config) {
  std::vector<BackupFormat> formats;
  // As leave_out_what_is_refused(), but without reading the certificates: a report on the age of the copies must not
  // fail because a file of certificates is missing.
  const bool refused = !config.certificates.empty() && !age::is_allowed();
  if (!config.recipients.empty() && !refused) formats.push_back(BackupFormat::age);
  if (!config.certificates.empty()) formats.push_back(BackupFormat::cms);
  return formats;
}

std::string digest_of(const BackupRecipients& recipients, BackupFormat format) {
  // Everybody can read the notes, and a digest would let them test guesses at the passphrase.
  if (recipients.passphrase) return "";
  std::set<std::string> entries;
  if (format == BackupFormat::age) {
    for (const age::Recipient& recipient : recipients.age) entries.insert(age::to_text(recipient));
  } else {
    // The whole certificate counts, so a renewed certificate leads to a new copy.
    for (const cms::Certificate& certificate : recipients.certificates) entries.insert(certificate.digest());
  }
  return digest_of_list(std::move(entries));
}

Result<Bytes> seal_backup(const SecretBytes& plaintext, const BackupRecipients& recipients, BackupFormat format,
                          bool armored) {
  if (format == BackupFormat::cms)
    return cms::seal(plaintext, recipients.certificates, armored ? cms::Form::pem : cms::Form::der);
  const auto form = armored ? age::Form::armored : age::Form::binary;
  if (recipients.passphrase) return age::seal(plaintext, *recipients.passphrase, form);
  return age::seal(plaintext, recipients.age, form);
}

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

Result<SecretBytes> open_backup(BytesView saved, const BackupIdentities& identities) {
  // Of the formats, the armored ones are text that an editor may have saved again. No binary one begins like that.
  const BytesView content =
      platform::view_of(TRY(platform::utf8_text(platform::text_of(saved), "the backup", ErrorKind::bad_backup)));
  // The content decides and not the name, because a copy may have been renamed.
  if (cms::is_cms(content)) return open_cms(content, identities.cms);
  if (identities.age.empty())
    return fail(ErrorKind::wrong_identity, "this backup is no CMS message, and nothing else was given to open it with");
  return age::open(content, identities.age);
}

}  // namespace agent
