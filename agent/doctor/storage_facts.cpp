// SPDX-License-Identifier: ISC
#include "agent/doctor/storage_facts.h"

#include <algorithm>

#include <boost/filesystem/operations.hpp>

#include "agent/config/doctor_settings.h"
#include "agent/doctor/head_facts.h"
#include "platform/files/directory_access.h"
#include "platform/ops_manager/listed_settings.h"

namespace agent {

namespace {

using platform::DirectoryAccess;
using platform::JournalDevice;
using platform::Path;

void add_mounts(FactList& facts) {
  const auto mounts = platform::network_mounts();
  if (!mounts) return;
  std::vector<std::string> texts;
  texts.reserve(mounts->size());
  for (const platform::NetworkMount& mount : *mounts) texts.push_back(text_of(mount) + " " + mount.point);
  facts.add("mounts", joined(texts));
}

// "/head/" and "/head/." are "/head".
Path plain(const Path& path) {
  const Path normal = path.lexically_normal();
  return normal.filename_is_dot() || normal.filename().empty() ? normal.parent_path() : normal;
}

void add_directory(std::vector<Path>& directories, const Path& path) {
  const Path directory = plain(path);
  if (std::ranges::find(directories, directory) == directories.end()) directories.push_back(directory);
}

// Old versions of Ops Manager have the directory in a file beside conf-mms.properties, newer ones in their database.
std::vector<Path> head_directories(const Host& host) {
  std::vector<Path> directories;
  for (const Path& path : read_doctor_settings(host.options).head_directories) add_directory(directories, path);
  const auto properties = platform::properties_file(host.installation);
  if (!properties) return directories;
  const auto settings = platform::read_listed_settings(properties->parent_path() / "conf-daemon.properties");
  if (!settings || !*settings) return directories;
  const auto root = (*settings)->values.find("rootDirectory");
  if (root == (*settings)->values.end()) return directories;
  if (const Path path(root->second); path.is_absolute()) add_directory(directories, path);
  return directories;
}

HeadDirectory examined(const Path& path, const platform::Account& service) {
  HeadDirectory head{.path = path.string()};
  const auto storage = platform::network_storage_of(path, std::nullopt);
  if (!storage) return head;
  if (*storage) {
    boost::system::error_code error;
    const Path resolved = boost::filesystem::weakly_canonical(path, error);
    head.absent = (*storage)->absent;
    head.storage = storage_on(**storage, error || head.absent ? path : resolved);
  } else {
    head.storage = "local";
  }
  if (head.absent) return head;
  const DirectoryAccess access = platform::access_to_directory(path, service);
  head.absent = access == DirectoryAccess::absent;
  // A file server has rules of its own: what the mode says of an account may be wrong there.
  if (*storage) return head;
  if (access == DirectoryAccess::writable) head.writable = true;
  if (access == DirectoryAccess::unwritable) head.writable = false;
  return head;
}

void add_heads(const Host& host, FactList& facts) {
  std::vector<HeadDirectory> heads;
  for (const Path& path : head_directories(host)) heads.push_back(examined(path, host.files.service));
  // Without any, they may be in the database of Ops Manager. Only this host's files were read.
  if (!heads.empty()) facts.add("heads", heads_fact(heads));
}

}  // namespace

std::string text_of(const platform::NetworkMount& mount) {
  return mount.file_system + " " + mount.source + (mount.absent ? " absent" : "");
}

std::string storage_on(const platform::NetworkMount& mount, const Path& resolved) {
  const Path below = resolved.lexically_relative(mount.point);
  const bool inside = !below.empty() && below != "." && *below.begin() != "..";
  std::string source = mount.source;
  if (inside) source += (source.ends_with('/') ? "" : "/") + below.generic_string();
  return mount.file_system + " " + source;
}

std::optional<std::string> mongod_fact(const std::vector<platform::LocalDatabase>& databases) {
  if (databases.empty()) return "none";
  const auto has = [&](JournalDevice journal) {
    return std::ranges::find(databases, journal, &platform::LocalDatabase::journal) != databases.end();
  };
  if (has(JournalDevice::unknown) && !has(JournalDevice::different)) return std::nullopt;
  std::vector<std::string> words;
  for (const platform::LocalDatabase& database : databases) {
    const std::string directory = escaped_word(database.directory.string());
    if (database.journal == JournalDevice::same) words.push_back("same " + directory);
    if (database.journal == JournalDevice::different) words.push_back("different " + directory);
  }
  // Without a journal on a disk, there is nothing to say about its device.
  return words.empty() ? std::nullopt : std::optional(joined(words));
}

void add_storage_facts(const Host& host, FactList& facts) {
  add_mounts(facts);
  add_heads(host, facts);
  const auto databases = platform::find_local_databases();
  if (!databases) return;
  if (const auto mongod = mongod_fact(*databases)) facts.add("mongod", *mongod);
}

}  // namespace agent
