// SPDX-License-Identifier: ISC
#include "platform/audit/audit.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/audit/posix/key_file_rules.h"
#include "platform/audit/posix/key_path_facts.h"
#include "platform/audit/posix/own_file_rules.h"
#include "platform/base/posix/errno_error.h"
#include "platform/files/each_entry.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/mounts.h"

namespace platform {

namespace {

using posix::FileDescriptor;

constexpr std::size_t max_entries = 10'000;  // of one directory: /tmp may hold any number of files
// Home directories may come from a directory service that knows a whole company.
constexpr std::size_t max_homes = 1'000;

// statx(2) works on a descriptor of O_PATH. The older ioctl would have to open the file for reading.
bool is_immutable(int file) {
  struct statx status {};
  if (statx(file, "", AT_EMPTY_PATH, 0, &status) != 0) return false;
  return (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}

Result<void> examine(int directory, KeyPathFacts& facts) {
  const std::string name = facts.key_file.filename().string();
  // O_PATH needs no permission on the file and cannot block on a FIFO.
  const FileDescriptor file(openat(directory, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return posix::fail_errno("cannot examine", facts.key_file);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return posix::fail_errno("cannot examine", facts.key_file);
  facts.file = posix::facts_from(status);
  if (facts.file->type != FileType::regular) return {};
  facts.access_list = posix::access_list_of(file.get());
  facts.immutable = is_immutable(file.get());
  return {};
}

// In a directory of a stranger a FIFO, device or link may have any name, so only regular files count as copies.
void add_if_regular(const Path& path, std::vector<PathStep>& files) {
  const auto facts = facts_of(path);
  if (facts && facts->type == FileType::regular) files.push_back({path, *facts});
}

// Copies carry the name somewhere: gen.key.bak, gen.key~, .gen.key.swp, gen.key.5.x.preserve, old-gen.key.
std::vector<PathStep> copies_beside(const Path& directory, const std::string& name) {
  std::vector<PathStep> copies;
  each_entry(directory, max_entries, [&](const Path& path) {
    const std::string other = path.filename().string();
    if (other != name && other.find(name) != std::string::npos) add_if_regular(path, copies);
  });
  // Sorted, so that two reports of one host can be compared.
  std::ranges::sort(copies, {}, [](const PathStep& copy) { return copy.path.string(); });
  return copies;
}

// Looks only in the key's own directory, where a kill of this program or a person's ln(1) leaves one.
std::optional<Path> second_name_of(const FileFacts& file, const Path& directory, const Path& key_file) {
  std::optional<Path> found;
  each_entry(directory, max_entries, [&](const Path& path) {
    const auto facts = facts_of(path);
    const bool same = facts && facts->device == file.device && facts->inode == file.inode;
    if (same && path.filename() != key_file.filename()) found = path;
  });
  return found;
}

// The file itself may be a mount point (a container's bind mount), or missing.
void find_storage(const Path& resolved, KeyPathFacts& facts) {
  if (posix::is_plainly_local(facts_of(resolved) ? resolved : resolved.parent_path())) return;
  const auto mount = posix::mount_holding(resolved);
  // Only notes come from this, so an unreadable table of mounts is left to the commands that install.
  if (!mount || !*mount) return;
  facts.storage = posix::storage_of((*mount)->file_system);
  facts.file_system = (*mount)->file_system;
  facts.mount_point = (*mount)->point;
}

void keep_reason(const Result<void>& examined, KeyPathFacts& facts) {
  // A missing file has a finding of its own.
  if (examined || examined.error().kind == ErrorKind::not_found) return;
  facts.blocked = examined.error();
}

Result<void> walk(KeyPathFacts& facts) {
  const Path parent = facts.key_file.parent_path();
  const auto directory = posix::open_directory_safely(parent, posix::Purpose::look, &facts.above);
  facts.refused_link = !directory && directory.error().kind == ErrorKind::unsafe_path;
  if (!directory) return tl::unexpected(directory.error());
  // The mount table knows only resolved paths.
  const Path resolved = facts.above.back().path;
  find_storage(resolved / facts.key_file.filename(), facts);
  facts.stray_copies = copies_beside(resolved, facts.key_file.filename().string());
  TRY(examine(directory->get(), facts));
  if (facts.file->links > 1) facts.second_name = second_name_of(*facts.file, resolved, facts.key_file);
  return {};
}

// This part touches the disk. It follows no link that a stranger could have made.
KeyPathFacts gather_facts(const Path& key_file, const std::vector<Path>& other_candidates) {
  KeyPathFacts facts;
  facts.key_file = key_file;
  keep_reason(walk(facts), facts);
  for (const Path& other : other_candidates) {
    // A link counts too: Ops Manager would follow it.
    if (facts_of(other)) facts.other_candidates.push_back(other);
  }
  return facts;
}

Onlookers onlookers_for(const Account& service) {
  // Groups are looked up only if a rule needs them, because the gate runs before a directory service may be up.
  return {.service = service, .service_groups = Groups([service] { return groups_of(service); }), .caller = geteuid()};
}

}  // namespace

KeyFileAudit audit_key_file(const Path& key_file, const Account& service, const std::vector<Path>& other_candidates) {
  return check_key_file(gather_facts(key_file, other_candidates), onlookers_for(service));
}

std::vector<Finding> audit_own_files(const std::vector<OwnFile>& files) {
  std::vector<Finding> findings;
  for (const OwnFile& file : files) {
    const auto facts = facts_of(file.path);
    // An absent file cannot be too open.
    if (!facts) continue;
    for (Finding& finding : check_own_file(file, *facts)) findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> find_forgotten_copies(const Path& key_file, const Path& root) {
  const std::string name = key_file.filename().string();
  std::vector<Path> directories = {root / "tmp", root / "var/tmp", root / "root"};
  each_entry(root / "home", max_homes, [&](const Path& home) { directories.push_back(home); });
  std::vector<PathStep> copies;
  for (const Path& directory : directories) {
    // copies_beside() leaves out the exact name, which is the key in its own directory but a copy anywhere else.
    if (directory / name != key_file) add_if_regular(directory / name, copies);
    if (directory == key_file.parent_path()) continue;  // the audit of the key file has seen these
    for (PathStep& copy : copies_beside(directory, name)) copies.push_back(std::move(copy));
  }
  std::vector<Finding> findings;
  for (const PathStep& copy : copies) findings.push_back(stray_copy(copy, key_file));
  return findings;
}

}  // namespace platform
