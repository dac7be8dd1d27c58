// SPDX-License-Identifier: ISC
#include "agent/actions/install_key.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "agent/config/typed_commands.h"
#include "keystore/host_key/installation.h"
#include "platform/audit/audit.h"

namespace agent {

namespace {

using keystore::Holding;
using keystore::KeyState;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

// In a tar layout the key's directory is a hidden one in a home directory, and on Windows it is Secrets. Ops Manager
// makes it with the first key, so on a new host its absence is normal.
// Also asked where the directory exists, because an earlier run may have left it unfinished.
bool comes_with_the_key(const Host& host, const Path& directory) {
  const platform::Layout layout = host.installation.layout;
  const bool may_come = layout == platform::Layout::tar || layout == platform::Layout::windows;
  // Only one level is made. If the parent is missing too, the installation is not where it is believed to be.
  return may_come && boost::filesystem::is_directory(directory.parent_path());
}

// The highest missing part of the path, which on Windows can be the drive; the directory itself if only that is
// missing. It shows a person whether a mount or the installation is absent.
Path first_missing(const Path& directory) {
  boost::system::error_code unknown;
  Path missing = directory;
  while (missing.has_relative_path() && !boost::filesystem::exists(missing.parent_path(), unknown))
    missing = missing.parent_path();
  return missing;
}

bool is_of_directory(const platform::Finding& finding) {
  return finding.kind == platform::FindingKind::directory_writable ||
         finding.kind == platform::FindingKind::directory_owner || finding.kind == platform::FindingKind::link_in_path;
}

bool same_key(const Holding& present, const keystore::GenKey& key) { return present.key && present.key->equals(key); }

}  // namespace

Result<void> check_key_directory(const Host& host) {
  const Path directory = host.files.key_file.parent_path();
  if (comes_with_the_key(host, directory)) {
    if (host.options.dry_run && !boost::filesystem::exists(directory)) return {};
    // With its final owner and mode from the start, so that nobody can put a file there in between.
    if (!host.options.dry_run)
      TRY(platform::make_directory(directory, host.files.service.uid, host.files.service.gid, 0700));
  }
  if (!boost::filesystem::is_directory(directory)) {
    const Path missing = first_missing(directory);
    // The remedy differs: a path that a person named is corrected, otherwise Ops Manager has to be installed.
    const bool named = host.options.key_file || host.config.key_file;
    return fail(named ? ErrorKind::no_directory : ErrorKind::not_installed,
                "the directory of the key file, " + directory.string() + ", does not exist" +
                    (missing == directory ? "" : ": there is no " + missing.string()));
  }
  const auto audit = platform::audit_key_file(host.files.key_file, host.files.service, {});
  for (const platform::Finding& finding : audit.findings) {
    // Checked before the key is written: in a directory that strangers can change, the key could be replaced at once.
    if (finding.severity == platform::Severity::broken && is_of_directory(finding)) {
      return fail(ErrorKind::unsafe_path, platform::describe(finding));
    }
  }
  return {};
}

Result<Displacing> displacing_by(const Options& options, const Holding& present) {
  TRY(keystore::check_record(present));
  if (!options.displace) return Displacing::refused;
  const std::string wanted = keystore::confirmation_word(present);
  // The person names the key that is there. A plain --yes would also displace a key that has come since they looked.
  if (options.confirm == wanted) return Displacing::confirmed;
  return fail(ErrorKind::needs_confirmation, "--displace puts aside the key of fleet " + wanted +
                                                 "; confirm that with --confirm " + wanted +
                                                 (options.confirm.empty() ? "" : ", not " + options.confirm));
}

platform::Error another_key_is_here(const Host& host, const Holding& present) {
  return {ErrorKind::needs_confirmation, host.files.key_file.string() + " holds another key (fleet " +
                                             keystore::confirmation_word(present) +
                                             "), which may have encrypted data; --displace --confirm " +
                                             keystore::confirmation_word(present) + " puts it aside"};
}

Result<Installed> install_key(const Host& host, const Holding& present, const keystore::GenKey& key,
                              const keystore::Record& record, Displacing displacing) {
  // The platform refuses to overwrite here too, so a key that appears in this moment is not lost.
  if (present.state == KeyState::absent) {
    TRY(keystore::install(host.files, key, record));
    return Installed{};
  }
  // The same bytes are not written again. Rewriting would change the file's times and make Ops Manager's use look older
  // than the file.
  if (same_key(present, key)) {
    TRY(keystore::save_record(host.files, record));
    return Installed{};
  }
  if (displacing == Displacing::refused) return tl::unexpected(another_key_is_here(host, present));
  // `ensure` decided before it asked the network, and another command may have brought the recorded key since. An
  // unattended command never moves that.
  if (displacing == Displacing::unattended && present.is_recorded) {
    return fail(ErrorKind::exists,
                host.files.key_file.string() + " holds the recorded key by now, which another command brought here");
  }
  // Kept and not removed: data may be encrypted with it.
  const Path aside = TRY(keystore::displace(host.files, present, key, record));
  return Installed{aside};
}

Result<Holding> read_back(const Host& host, const keystore::GenKey& key, const std::optional<Path>& displaced) {
  Holding now = TRY(keystore::load(host.files));
  if (now.is_recorded && same_key(now, key)) return now;
  const std::string reason = now.key_problem      ? now.key_problem->message
                             : now.record_problem ? now.record_problem->message
                                                  : "another program has changed it just now";
  const char* next = host.options.command == Command::join ? "join" : "ensure";
  return fail(ErrorKind::io,
              "the key was installed in " + host.files.key_file.string() + " and cannot be read back: " + reason +
                  (displaced ? "; the key that was there is kept in " + displaced->string() : ""),
              {{"when that is fixed", command_line_for(host.options, next)}});
}

keystore::Record record_for(const Holding& present, const keystore::GenKey& key, keystore::Record fresh) {
  // The record goes on when it is the same key. A new epoch would throw away what peers have proved about it.
  if (!present.record || !keystore::is_recorded(keystore::KeyProof(key), *present.record)) return fresh;
  keystore::Record record = *present.record;
  // Bringing a key again never makes a host less sure of it.
  record.standing = std::max(record.standing, fresh.standing);
  record.origin = fresh.origin;
  record.installed = fresh.installed;
  return record;
}

}  // namespace agent
