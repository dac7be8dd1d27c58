#include "agent/host_state.h"

#include <array>

#include <boost/filesystem/operations.hpp>

#include "agent/backup_store.h"
#include "agent/limits.h"
#include "agent/start.h"
#include "platform/file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::Result;

struct OwnFile {
  std::string_view name;
  Path path;
};

std::vector<OwnFile> state_files(const Host& host) {
  std::vector<OwnFile> files;
  for (const std::string_view name : std::array{properties_name, conf_name}) {
    if (const auto path = state_file_of(host, name)) files.push_back({name, *path});
  }
  files.push_back({record_name, host.record_file()});
  return files;
}

// People link configuration; what the link leads to is what Ops Manager reads.
Path resolved(const Path& path) {
  boost::system::error_code error;
  Path target = boost::filesystem::canonical(path, error);
  return error ? path : target;
}

}  // namespace

std::optional<Path> state_file_of(const Host& host, std::string_view name) {
  const auto conf = mms_conf_of(host);
  if (!conf) return std::nullopt;
  return conf->parent_path() / std::string(name);
}

Result<platform::SecretBytes> collect_host_state(const Host& host) {
  std::vector<NamedContent> found;
  for (const OwnFile& file : state_files(host)) {
    auto read = platform::read_secret_file(resolved(file.path), limits::archived_file);
    if (!read && read.error().kind == ErrorKind::not_found) continue;
    if (!read) return fail(ErrorKind::io, "the host's state was not collected: " + read.error().message);
    found.push_back({std::string(file.name), std::move(read->content)});
  }
  if (found.empty()) return fail(ErrorKind::not_found, "this host has no settings of Ops Manager and no record");
  return pack_files(TRY(find_backup_program(host.agent)), std::move(found));
}

Result<std::vector<NamedContent>> unpack_host_state(const Host& host, platform::SecretBytes tar) {
  const std::vector<std::string> expected = {std::string(properties_name), std::string(conf_name),
                                             std::string(record_name)};
  return unpack_files(TRY(find_backup_program(host.agent)), std::move(tar), expected);
}

}  // namespace agent
