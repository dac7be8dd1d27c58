// SPDX-License-Identifier: ISC
#include "keystore/backup/directory.h"

#include <algorithm>

#include "platform/files/listing.h"
#include "platform/files/mounts.h"

namespace keystore {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::NewFile;
using platform::Path;
using platform::Result;

constexpr std::uint32_t owner_only = 0700;
// Counts each copy and the temporary file that a kill may leave beside it.
constexpr std::size_t most_files = 2 * most_backups;

// A copy that is written underneath a missing mount would be hidden as soon as the mount is back.
Result<void> check_mount(const BackupDirectory& directory) {
  std::optional<std::string> gone = TRY(platform::absent_network_mount_of(directory.path));
  // /etc/fstab does not know mounts that were made by hand or by an automounter.
  if (!gone && directory.known_mount && !TRY(platform::is_mounted(*directory.known_mount)))
    gone = directory.known_mount;
  if (!gone) return {};
  return fail(ErrorKind::mount_absent, directory.path.string() + " lives on the network mount " + *gone +
                                           ", which is not there; nothing is stored underneath it");
}

// Makes the last part only: a mistyped path must give an error and not a new tree.
Result<void> make_if_missing(const Path& path) {
  if (platform::facts_of(path)) return {};
  const auto self = platform::current_account();
  return platform::make_directory(path, self.uid, self.gid, owner_only);
}

// On a file system without nameless files (O_TMPFILE), a kill leaves a temporary file behind. Nothing would ever
// replace it, because each copy has a name of its own. Only this host's are removed, since another host may be writing
// right now.
Result<void> clear_interrupted(const Path& directory, const std::string& host) {
  for (const auto& file : TRY(platform::list_directory(directory, most_files))) {
    if (!file.name.starts_with('.')) continue;
    const std::string_view inner = std::string_view(file.name).substr(1);
    const auto name = parse_backup_name(inner.substr(0, inner.find(".genkey-agent-new")));
    const bool ours = name && name->host == host && platform::temporary_of(name->text()).string() == file.name;
    if (ours) TRY(platform::remove_file(directory / file.name));
  }
  return {};
}

// Compared by content. Another copy that has this name must stay.
bool is_stored(const Path& path, BytesView content) {
  const auto present = platform::read_file(path, largest_backup, platform::Links::refuse);
  return present && std::ranges::equal(present->content, content);
}

Result<void> install(const Path& path, BytesView content, platform::DiskCalls* calls) {
  const auto self = platform::current_account();
  const NewFile file{.path = path, .content = content, .uid = self.uid, .gid = self.gid};
  const auto done = calls == nullptr ? platform::install_file(file) : platform::install_file(file, *calls);
  // An earlier try may have failed after the copy got its name. The name may not be durable yet, so the directory is
  // synced again.
  const bool again = !done && done.error().kind == ErrorKind::exists && is_stored(path, content);
  return again ? platform::sync_directory(path.parent_path()) : done;
}

Result<std::optional<std::string>> put_by(const BackupDirectory& directory, const BackupName& name, BytesView content,
                                          platform::DiskCalls* calls) {
  TRY(check_mount(directory));
  TRY(make_if_missing(directory.path));
  TRY(clear_interrupted(directory.path, name.host));
  TRY(install(directory.path / name.text(), content, calls));
  return platform::network_mount_of(directory.path);
}

}  // namespace

Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name, BytesView content) {
  return put_by(directory, name, content, nullptr);
}

Result<std::optional<std::string>> put(const BackupDirectory& directory, const BackupName& name, BytesView content,
                                       platform::DiskCalls& calls) {
  return put_by(directory, name, content, &calls);
}

Result<platform::Bytes> get(const BackupDirectory& directory, const BackupName& name) {
  TRY(check_mount(directory));
  // Others may write to the directory. Through a link they could make root read any file.
  auto file = TRY(platform::read_file(directory.path / name.text(), largest_backup, platform::Links::refuse));
  return std::move(file.content);
}

Result<std::vector<BackupCopy>> list(const BackupDirectory& directory) {
  TRY(check_mount(directory));
  std::vector<BackupCopy> copies;
  for (const auto& file : TRY(platform::list_directory(directory.path, most_files))) {
    auto name = parse_backup_name(file.name);
    // A link or directory was not made by put(), so it is not a copy.
    if (!name || file.facts.type != platform::FileType::regular) continue;
    const std::chrono::sys_time<std::chrono::nanoseconds> stored{std::chrono::nanoseconds(file.facts.changed_ns)};
    copies.push_back({std::move(*name), file.facts.size, std::chrono::floor<std::chrono::seconds>(stored)});
  }
  return copies;
}

Result<void> remove(const BackupDirectory& directory, const BackupName& name) {
  TRY(check_mount(directory));
  // Only after the check of the mount: with the mount away, a copy that is safe on it would count as removed.
  return platform::remove_file(directory.path / name.text());
}

}  // namespace keystore
