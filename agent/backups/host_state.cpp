// SPDX-License-Identifier: ISC
#include "agent/backups/host_state.h"

#include <algorithm>
#include <array>

#include <boost/filesystem/operations.hpp>

#include "agent/backups/store.h"
#include "agent/base/limits.h"
#include "agent/base/secret_fields.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

constexpr std::array settings_names = {properties_name, conf_name};

bool is_settings(const NamedContent& file) { return file.name != record_name; }

struct OwnFile {
  std::string_view name;
  Path path;
};

std::vector<OwnFile> state_files(const Host& host) {
  std::vector<OwnFile> files;
  for (const std::string_view name : settings_names) {
    if (const auto path = state_file_of(host, name)) files.push_back({name, *path});
  }
  // The record goes along, so that a restored host knows the fleet and generation of its key again.
  files.push_back({record_name, host.record_file()});
  return files;
}

// Administrators link configuration files. Ops Manager reads the target, so the target is backed up.
Path resolved(const Path& path) {
  boost::system::error_code error;
  Path target = boost::filesystem::canonical(path, error);
  return error ? path : target;
}

// The service's account owns the directory and can put a link there. Root must not follow it to a file that the account
// itself cannot read, such as /etc/shadow.
Result<platform::SecretFile> read_own(const Host& host, const Path& path) {
  const Path target = resolved(path);
  auto file = TRY(platform::read_secret_file(target, limits::archived_file));
  // Decided by the facts of the file that was read. Those of an earlier look could be of another file.
  if (target == path || platform::lets_read(file.facts, host.files.service)) return file;
  return fail(ErrorKind::denied, path.string() + " leads to " + target.string() + ", which " + host.files.service.name +
                                     " may not read itself");
}

}  // namespace

std::optional<Path> state_file_of(const Host& host, std::string_view name) {
  return name == conf_name ? platform::mms_conf_file(host.installation) : platform::properties_file(host.installation);
}

bool has_settings(const Host& host) {
  return std::ranges::any_of(settings_names, [&host](std::string_view name) {
    const auto path = state_file_of(host, name);
    return path && platform::facts_of(*path);
  });
}

Result<std::vector<NamedContent>> read_host_state(const Host& host) {
  std::vector<NamedContent> found;
  for (const OwnFile& file : state_files(host)) {
    auto read = read_own(host, file.path);
    // An installation need not have both files. Either of them is worth a copy.
    if (!read && read.error().kind == ErrorKind::not_found) continue;
    // A copy that lacks one of the files would look complete at a restore.
    if (!read) return fail(ErrorKind::io, "the host's state was not collected: " + read.error().message);
    found.push_back({std::string(file.name), std::move(read->content)});
  }
  // The record alone is not worth a copy: fleet and generation are also in the name of the key's copy.
  if (std::ranges::any_of(found, is_settings)) return found;
  return fail(ErrorKind::not_found, "this host has no settings of Ops Manager");
}

keystore::Mac tag_of(const std::vector<NamedContent>& files, const keystore::KeyProof& proof) {
  FieldWriter writer;
  for (const NamedContent& file : files) {
    // Counted fields: without the counts, bytes could move between a name and a content and keep the tag.
    if (is_settings(file)) writer.text(file.name).secret(file.content);
  }
  return proof.host_state_tag(writer.joined());
}

Result<platform::SecretBytes> pack_host_state(const Host& host, std::vector<NamedContent> files) {
  // In a process of its own, so that libarchive never runs in a process that holds the key.
  return pack_files(TRY(find_backup_program(host.agent)), std::move(files));
}

Result<std::vector<NamedContent>> unpack_host_state(const Host& host, platform::SecretBytes tar) {
  // Any of these may be absent. Every other name is refused before any content of the tar is used.
  const std::vector<std::string> expected = {std::string(properties_name), std::string(conf_name),
                                             std::string(record_name)};
  return unpack_files(TRY(find_backup_program(host.agent)), std::move(tar), expected);
}

}  // namespace agent
