// SPDX-License-Identifier: ISC
#include <nlohmann/json.hpp>

#include "agent/gate/start_override.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::Path;
using platform::Result;

constexpr std::string_view schema = "genkey-agent/override/1";
// The reason is free text from a person's command line. The bound only keeps a damaged file from being read whole.
constexpr std::size_t longest_override = 64 * std::size_t{1024};

Path override_path(const Path& state_directory) { return state_directory / "override.json"; }

}  // namespace

Result<void> save(const Override& override, const Path& state_directory) {
  const json object = {
      {"schema", schema}, {"reason", override.reason}, {"made", override.made.time_since_epoch().count()}};
  const std::string text = object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  return platform::install_file({.path = override_path(state_directory),
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // Only root may see or make an override. A note that others could write would be a way
                                 // around the gate.
                                 .mode = 0600,
                                 .existing = platform::NewFile::Existing::replace});
}

Result<std::optional<Override>> take_override(const Path& state_directory) {
  const Path path = override_path(state_directory);
  const auto file = platform::read_file(path, longest_override, platform::Links::refuse);
  // An override belongs to root. The service's own account also runs the gate and cannot read the file, so for it there
  // is none.
  const bool none = !file && (file.error().kind == ErrorKind::not_found || file.error().kind == ErrorKind::denied);
  if (none) return std::nullopt;
  if (!file) return tl::unexpected(file.error());
  // Removed first and used afterwards. A power cut between the two costs one override; the other order would allow two
  // starts.
  TRY(platform::remove_file(path));
  const json object = json::parse(platform::text_of(file->content), nullptr, false);
  // A damaged override allows nothing, and is gone by now, so that it does not come up at each start.
  if (!object.is_object() || object.value("schema", "") != schema) return std::nullopt;
  return Override{object.value("reason", ""),
                  platform::Time(std::chrono::seconds(object.value("made", std::int64_t{0})))};
}

}  // namespace agent
