// SPDX-License-Identifier: ISC
#include "keystore/host_key/installation.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "platform/audit/audit.h"
#include "platform/files/each_entry.h"
#include "platform/files/mounts.h"

namespace keystore {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::NewFile;
using platform::Path;
using platform::Result;
using platform::SecretFile;

constexpr std::size_t longest_displaced = std::size_t{1024} * 1024;  // any file may be in the key's place
constexpr std::size_t most_displaced = 10'000;
constexpr std::uint32_t owner_only = 0700;

Path displaced_path(const KeyFiles& files) { return files.state_directory / "displaced"; }
Path identity_path(const KeyFiles& files) { return files.state_directory / "identity.pem"; }

// Owner and mode are set before the file has its name, so the service never meets a key file that it cannot read.
NewFile key_file_of(const KeyFiles& files, const GenKey& key) {
  return {.path = files.key_file,
          .content = key.reveal(),
          .uid = files.service.uid,
          .gid = files.service.gid,
          .mode = platform::key_file_mode(files.service)};
}

// Without this, a key installed while the share is away would lie under the mount point, invisible once the share is
// back, and Ops Manager would have run with it meanwhile.
Result<void> check_mount(const std::optional<Record>& record) {
  if (!record || !record->network_mount || TRY(platform::is_mounted(*record->network_mount))) return {};
  return fail(ErrorKind::mount_absent, "this host's key lives on the network mount " + *record->network_mount +
                                           ", which is not there; nothing is installed underneath it");
}

// Only the host that installs the key knows where its key file is, so neither comes from a peer or a backup.
Result<Record> with_location(const KeyFiles& files, Record record) {
  record.network_mount = TRY(platform::network_mount_of(files.key_file.parent_path()));
  record_key_file(record, files.key_file);
  return record;
}

// Two displacements may fall into one second, and no displaced key may overwrite another.
std::string displaced_name(const Holding& present) {
  const std::string fleet = present.is_recorded ? present.record->fleet.hex().substr(0, 8) : "unrecorded";
  const auto seconds = std::to_string(platform::now().time_since_epoch().count());
  std::array<std::byte, 4> unique{};
  platform::fill_random(unique);
  return "gen.key." + fleet + "." + seconds + "." + platform::hex_encode(unique);
}

// Copied and not moved: while there is no key file, a start of Ops Manager would make a new key.
Result<void> put_aside(const KeyFiles& files, const SecretFile& old, const std::string& name) {
  const Path directory = TRY(displaced_directory(files));
  return platform::install_file({.path = directory / name,
                                 .content = old.content.reveal(),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 .mode = 0600});
}

// The old file is still in place, so its copy goes: nobody would look after a second one. A copy that may be the only
// one stays.
Result<void> drop_spare_copy(const KeyFiles& files, const Path& key_file, const std::string& name) {
  const Path copy = displaced_path(files) / name;
  const auto kept = platform::read_secret_file(copy, longest_displaced);
  if (!kept && kept.error().kind == ErrorKind::not_found) return {};
  if (!kept) return tl::unexpected(kept.error());
  const auto present = platform::read_secret_file(key_file, longest_displaced);
  if (!present && present.error().kind == ErrorKind::not_found) return {};
  if (!present) return tl::unexpected(present.error());
  return present->content.equals(kept->content) ? platform::remove_file(copy) : Result<void>();
}

// A kill can leave a temporary name: half a file, or a second name of a whole one, where the file system has neither
// nameless files nor a rename that refuses to replace. Under the lock nobody is writing these files.
Result<void> clear_temporary(const Path& path) {
  const Path temporary = platform::temporary_of(path);
  const auto facts = platform::facts_of(temporary);
  if (!facts && facts.error().kind == ErrorKind::not_found) return {};
  return platform::remove_file(temporary);
}

// The files that are written under the lock and have a fixed name. Where the key belongs may be unknown.
std::vector<Path> written_files(const KeyFiles& files) {
  std::vector<Path> paths = {record_path(files), pending_path(files), public_path(files), identity_path(files)};
  if (!files.key_file.empty()) paths.push_back(files.key_file);
  return paths;
}

Result<void> clear_temporaries(const KeyFiles& files) {
  for (const Path& path : written_files(files)) TRY(clear_temporary(path));
  // Each displaced key has a name of its own, so no later installation would clear these.
  std::vector<Path> left;
  platform::each_entry(displaced_path(files), most_displaced, [&](const Path& path) {
    if (platform::is_temporary(path)) left.push_back(path);
  });
  for (const Path& path : left) TRY(platform::remove_file(path));
  return {};
}

// The pending record names its key file, which may not be the one that this command was given.
Result<void> finish(const KeyFiles& files, const Record& pending) {
  const Path key_file = pending.key_file.value_or(files.key_file.string());
  // Neither says whether the key arrived, so the decision is left to a later command.
  if (key_file.empty() || (pending.network_mount && !TRY(platform::is_mounted(*pending.network_mount)))) return {};
  TRY(clear_temporary(key_file));
  const Holding holding = load_key(key_file);
  if (holding.state == KeyState::unreadable || holding.state == KeyState::unsafe) return {};
  if (holding.key && is_recorded(KeyProof(*holding.key), pending)) {
    // The key may have its name and not be durable, and then its record must not be either.
    TRY(platform::sync_directory(key_file.parent_path()));
    return promote_pending(files, pending);
  }
  if (pending.displaced) TRY(drop_spare_copy(files, key_file, *pending.displaced));
  return platform::remove_file(pending_path(files));
}

// install_file() can fail after the key has its name, when the directory cannot be synced. So a failure does not drop
// the pending record: finish_interrupted() looks whether the key is there, and keeps or removes the record accordingly.
Result<void> or_undo(const KeyFiles& files, Result<void> done) {
  if (done) return done;
  const auto undone = finish_interrupted(files);
  if (undone || undone.error() == done.error()) return done;
  return fail(done.error().kind, done.error().message + "; and then: " + undone.error().message);
}

}  // namespace

Result<Path> displaced_directory(const KeyFiles& files) {
  const Path directory = displaced_path(files);
  TRY(platform::make_directory(directory, platform::current_user(), platform::current_group(), owner_only));
  return directory;
}

Result<void> finish_interrupted(const KeyFiles& files) {
  TRY(clear_temporaries(files));
  // A command before this one may have failed at this very step, and then what it renamed is not durable yet.
  TRY(platform::sync_directory(files.state_directory));
  const FoundRecord pending = read_record(pending_path(files));
  // A pending record that is damaged has no key: the key comes only after the pending record is durable.
  if (pending.damaged) return platform::remove_file(pending_path(files));
  if (pending.problem) return tl::unexpected(*pending.problem);
  return pending.record ? finish(files, *pending.record) : Result<void>();
}

bool is_interrupted(const KeyFiles& files) {
  return platform::facts_of(pending_path(files)) || std::ranges::any_of(written_files(files), [](const Path& path) {
           return platform::facts_of(platform::temporary_of(path)).has_value();
         });
}

// The record of before and not the new one: it says on which mount this host's key was.
Result<void> install(const KeyFiles& files, const GenKey& key, const Record& record) {
  const FoundRecord before = read_record(record_path(files));
  if (before.problem) return tl::unexpected(*before.problem);
  TRY(check_mount(before.record));
  Record coming = TRY(with_location(files, record));
  coming.displaced.reset();
  TRY(write_pending(files, coming));
  TRY(or_undo(files, platform::install_file(key_file_of(files, key))));
  return promote_pending(files, coming);
}

// The pending record first: it names the copy, so that a copy which was made in vain can be found and removed.
Result<Path> displace(const KeyFiles& files, const Holding& present, const GenKey& key, const Record& record) {
  if (present.record_problem) return tl::unexpected(*present.record_problem);
  TRY(check_mount(present.record));
  // Read again and not taken from `present`, because a file that is not a key is kept too.
  const SecretFile old = TRY(platform::read_secret_file(files.key_file, longest_displaced));
  if (!present.facts || !old.facts.same_file(*present.facts))
    return fail(ErrorKind::exists, files.key_file.string() + " was changed by somebody else just now");
  Record coming = TRY(with_location(files, record));
  coming.displaced = displaced_name(present);
  TRY(write_pending(files, coming));
  TRY(or_undo(files, put_aside(files, old, *coming.displaced)));
  NewFile file = key_file_of(files, key);
  // Only the file that was put aside is replaced. A key that somebody copied there meanwhile is not overwritten.
  file.existing = NewFile::Existing::replace;
  file.replaces = old.facts;
  TRY(or_undo(files, platform::install_file(file)));
  TRY(promote_pending(files, coming));
  return displaced_path(files) / *coming.displaced;
}

}  // namespace keystore
