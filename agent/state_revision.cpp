#include "agent/state_revision.h"

#include <array>

#include <nlohmann/json.hpp>

#include "platform/account.h"
#include "platform/file.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::Path;
using platform::Result;

constexpr std::string_view schema = "genkey-agent/host-state/1";
constexpr std::size_t revision_digits = 16;
constexpr std::size_t largest_file = 4 * std::size_t{1024};

Path revision_path(const Path& state_directory) { return state_directory / "host-state.json"; }

std::string new_revision() {
  std::array<std::byte, revision_digits / 2> bytes{};
  platform::fill_random(bytes);
  return platform::hex_encode(bytes);
}

Result<void> store(const std::string& revision, const keystore::Mac& tag, const Path& state_directory) {
  const json object = {{"schema", schema}, {"revision", revision}, {"tag", platform::hex_encode(tag)}};
  const std::string text = object.dump(2) + "\n";
  return platform::install_file({.path = revision_path(state_directory),
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 .mode = 0600,
                                 .existing = platform::NewFile::Existing::replace});
}

std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string known_revision(const keystore::Mac& tag, const Path& state_directory) {
  const auto file = platform::read_file(revision_path(state_directory), largest_file, platform::Links::refuse);
  if (!file) return "";
  const json object = json::parse(platform::text_of(file->content), nullptr, false);
  const bool same =
      object.is_object() && text_in(object, "schema") == schema && text_in(object, "tag") == platform::hex_encode(tag);
  if (!same) return "";
  std::string revision = text_in(object, "revision");
  return revision.size() == revision_digits && platform::hex_decode(revision) ? revision : "";
}

Result<std::string> revision_of(const keystore::Mac& tag, const Path& state_directory) {
  std::string revision = known_revision(tag, state_directory);
  if (!revision.empty()) return revision;
  revision = new_revision();
  TRY(store(revision, tag, state_directory));
  return revision;
}

}  // namespace agent
