// SPDX-License-Identifier: ISC
#include "agent/backups/recipients.h"

#include <set>

#include "agent/backups/given_files.h"
#include "agent/backups/notes.h"
#include "agent/config/combined_settings.h"
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
using platform::Path;
using platform::Result;
using platform::SecretBytes;

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

// Asked twice, because a slip would be noticed only on the day when the backup is needed.
Result<Passphrase> ask_new_passphrase() {
  Passphrase first = TRY(ask_passphrase("Passphrase for the backup: "));
  const Passphrase second = TRY(ask_passphrase("The same passphrase again: "));
  if (first.bytes().equals(second.bytes())) return first;
  return fail(ErrorKind::usage, "the two passphrases are not the same");
}

Result<Passphrase> read_new_passphrase(int descriptor) {
  const SecretBytes line = TRY(read_passphrase_line(descriptor));
  return Passphrase::create_from_line(line);
}

bool names_recipients(const Options& options) {
  return !options.recipients.empty() || options.recipients_file || !options.certificates.empty();
}

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

}  // namespace

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

}  // namespace agent
