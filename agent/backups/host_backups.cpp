// SPDX-License-Identifier: ISC
#include "agent/backups/host_backups.h"

#include "platform/files/file.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

// The first note of the destination is enough, because one mount holds all copies there.
std::optional<std::string> mount_in(const BackupNotes& notes, const std::string& destination) {
  for (const BackupNote& note : notes.notes) {
    if (note.destination == destination && note.mount) return note.mount;
  }
  return std::nullopt;
}

// These kinds stand for this host's key in the table of exit codes. Here the fault is in the file that the user gave.
template <class Value>
Result<Value> of_the_input(Result<Value> read) {
  const bool odd =
      !read && (read.error().kind == ErrorKind::unsafe_file || read.error().kind == ErrorKind::invalid_key);
  if (odd) return fail(ErrorKind::usage, read.error().message);
  return read;
}

Result<FoundBackup> from_standard_input() {
  const auto content = TRY(of_the_input(platform::read_stream(platform::standard_input, keystore::largest_backup)));
  return FoundBackup{.origin = "standard input", .content = content, .name = std::nullopt, .destination = std::nullopt};
}

Result<FoundBackup> from_file(const Path& path) {
  // A person named this path, so links are followed.
  auto file = TRY(of_the_input(platform::read_file(path, keystore::largest_backup, platform::Links::follow)));
  return FoundBackup{.origin = path.string(),
                     .content = std::move(file.content),
                     // A copy that was fetched by hand usually keeps its name, which tells what is in it.
                     .name = keystore::parse_backup_name(path.filename().string()),
                     .destination = std::nullopt};
}

Result<FoundBackup> from_destinations(const Host& host, const BackupName& name) {
  Result<FoundBackup> found = fail(
      ErrorKind::usage, "there is no file " + name.text() + ", and no destination is configured that could have it");
  // "Not there" is the answer only if every destination gave it. Otherwise the copy may be at the one that failed.
  bool all_answered = true;
  for (const BackupStore& store : backup_stores(host, load_backup_notes(host.files.state_directory))) {
    auto content = get_backup(store, name);
    const std::string destination = text_of(store.destination);
    if (content) return FoundBackup{name.text() + " at " + destination, *std::move(content), name, destination};
    const bool absent = content.error().kind == ErrorKind::not_found;
    if (!absent || all_answered) found = tl::unexpected(std::move(content).error());
    all_answered = all_answered && absent;
  }
  return found;
}

}  // namespace

BackupStore store_at(const Host& host, BackupDestination destination) {
  // A missing program is not reported here: directories do not need it.
  auto program = find_backup_program(host.agent).value_or(BackupProgram{backup_program_name, host.agent});
  return {.destination = std::move(destination), .program = std::move(program), .quiet = host.options.quiet};
}

std::vector<BackupStore> backup_stores(const Host& host, const BackupNotes& notes, std::chrono::milliseconds patience) {
  std::vector<BackupStore> stores;
  for (const BackupDestination& destination : host.config.destinations) {
    BackupStore store = store_at(host, destination);
    // The mount that held the last copy. While it is missing, the bare directory underneath must not be used.
    store.known_mount = mount_in(notes, text_of(destination));
    store.patience = patience;
    stores.push_back(std::move(store));
  }
  return stores;
}

Result<platform::FileLock> lock_backups(const Host& host) {
  // The lock is a file in the state directory, which does not exist yet before the first command on a host.
  TRY(prepare(host));
  return wait_for_lock(host, host.files.state_directory / "backup.lock");
}

Result<std::string> backup_host(const Host& host) {
  // The name is refused and not shortened: two hosts with the same short name would prune each other's copies.
  if (keystore::is_backup_host(host.name)) return host.name;
  return fail(ErrorKind::configuration, "the name of this host, " + host.name +
                                            ", is too long for the name of a copy; give it a shorter one (name = ...)");
}

Result<FoundBackup> find_backup(const Host& host, const std::string& what) {
  if (what == "-") return from_standard_input();
  // A name with a slash is a path, and a file in the current directory wins over a copy of the same name.
  const auto name = what.find('/') == std::string::npos ? keystore::parse_backup_name(what) : std::nullopt;
  if (name && !platform::facts_of(what)) return from_destinations(host, *name);
  return from_file(what);
}

}  // namespace agent
