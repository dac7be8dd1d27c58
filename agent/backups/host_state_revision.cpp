// SPDX-License-Identifier: ISC
#include "agent/backups/host_state_revision.h"

#include <array>

#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::Path;
using platform::Result;

constexpr std::string_view schema = "genkey-agent/host-state/1";
constexpr std::size_t revision_digits = 16;
constexpr std::size_t largest_file = 4 * std::size_t{1024};

Path revision_path(const Path& state_directory) { return state_directory / "host-state"; }

// Random, not counted: a lost file must not make an old number come back for new settings.
std::string new_revision() {
  std::array<std::byte, revision_digits / 2> bytes{};
  platform::fill_random(bytes);
  return platform::hex_encode(bytes);
}

// The line up to the revision. Equal settings have an equal head.
std::string head_of(const keystore::Mac& tag) { return std::string(schema) + " " + platform::hex_encode(tag) + " "; }

Result<void> save(const std::string& revision, const keystore::Mac& tag, const Path& state_directory) {
  const std::string text = head_of(tag) + revision + "\n";
  return platform::install_file({.path = revision_path(state_directory),
                                 .content = platform::view_of(text),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // With the tag, a reader of the settings could test guesses at a weak key.
                                 .mode = 0600,
                                 .existing = platform::NewFile::Existing::replace});
}

}  // namespace

std::string known_revision(const keystore::Mac& tag, const Path& state_directory) {
  const auto file = platform::read_file(revision_path(state_directory), largest_file, platform::Links::refuse);
  // Any failure means "unknown". The price is one more copy.
  if (!file) return "";
  const std::string_view text = platform::text_of(file->content);
  const std::string head = head_of(tag);
  const bool whole = text.size() == head.size() + revision_digits + 1 && text.starts_with(head) && text.ends_with('\n');
  const std::string revision(whole ? text.substr(head.size(), revision_digits) : "");
  // The revision goes into the notes, which everybody reads: it must be nothing but digits.
  return platform::hex_decode(revision) ? revision : "";
}

Result<std::string> revision_of(const keystore::Mac& tag, const Path& state_directory) {
  std::string revision = known_revision(tag, state_directory);
  if (!revision.empty()) return revision;
  revision = new_revision();
  // Saved before any copy is made with it: after a crash between the two, the next backup finds the same revision.
  TRY(save(revision, tag, state_directory));
  return revision;
}

}  // namespace agent
