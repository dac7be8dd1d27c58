// SPDX-License-Identifier: ISC
#include "agent/fleet/roster_file.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "platform/files/append_file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::FileFacts;
using platform::Path;
using platform::Result;

Result<std::optional<FileFacts>> facts_if_there(const Path& path) {
  const auto facts = platform::facts_of(path);
  if (facts) return std::optional(*facts);
  if (facts.error().kind == ErrorKind::not_found) return std::optional<FileFacts>();
  return tl::unexpected(facts.error());
}

bool same(const std::optional<FileFacts>& left, const std::optional<FileFacts>& right) {
  return left && right ? left->same_file(*right) : !left && !right;
}

// A roster of an earlier version has its removals in itself. They move to the new file with the next change.
std::vector<Removed> removals_of(const Roster& main, const Removals& file) {
  std::vector<Removed> all = file.removed;
  for (const Removed& removed : main.removed()) {
    const bool known = std::ranges::find(all, removed.pin, &Removed::pin) != all.end();
    if (!known) all.push_back(removed);
  }
  return all;
}

std::vector<std::string> texts_of(const std::vector<Address>& addresses) {
  std::vector<std::string> texts;
  std::ranges::transform(addresses, std::back_inserter(texts), &Address::text);
  return texts;
}

}  // namespace

RosterFile::RosterFile(const Path& directory, const platform::Account& owner, std::vector<std::string> listed)
    : main_path_(directory / "roster.json"),
      removed_path_(directory / "removed.json"),
      log_path_(directory / "roster.log"),
      owner_(owner),
      main_(directory, owner, std::move(listed)),
      removals_(directory, owner) {}

Result<RosterFile::Seen> RosterFile::look() const {
  Seen seen;
  seen.main = TRY(facts_if_there(main_path_));
  seen.removed = TRY(facts_if_there(removed_path_));
  seen.log = TRY(facts_if_there(log_path_));
  return seen;
}

Result<void> RosterFile::reload(Locked locked) {
  const Seen now = TRY(look());
  const bool unchanged =
      seen_ && same(seen_->main, now.main) && same(seen_->removed, now.removed) && same(seen_->log, now.log);
  if (unchanged) return {};
  // The log first, because a merge writes roster.json before it removes the log. In the other order a peer of the log
  // could be missing from both files as they are read here.
  const auto log = now.log ? TRY(platform::read_file(log_path_, 2 * limits::roster_log, platform::Links::refuse))
                           : platform::PublicFile();
  const Removals& removals = TRY(removals_.current(locked));
  Roster roster = TRY(main_.current(locked));
  roster.set_removed(removals_of(roster, removals));
  replay(platform::text_of(log.content), roster);
  roster_ = std::move(roster);
  seen_ = now;
  return {};
}

void RosterFile::replay(std::string_view lines, Roster& roster) {
  // Text behind the last line end is an entry that a power cut left incomplete.
  for (auto end = lines.find('\n'); end != std::string_view::npos; end = lines.find('\n')) {
    const auto peer = decode_line(lines.substr(0, end));
    lines.remove_prefix(end + 1);
    const Peer* known = peer ? roster.find(peer->pin) : nullptr;
    // A merge that was interrupted before the log went has written this entry already, or a later one.
    if (peer && (known == nullptr || known->seen <= peer->seen)) roster.remember(*peer);
  }
}

Result<std::reference_wrapper<const Roster>> RosterFile::current() {
  TRY(reload(Locked::no));
  return std::cref(roster_);
}

Result<void> RosterFile::update(const std::function<void(Roster&)>& change) {
  const auto held = TRY(main_.lock());
  TRY(reload(Locked::yes));
  Roster changed = roster_;
  change(changed);
  if (changed == roster_ && !failed_) return {};
  return write(std::move(changed));
}

Result<void> RosterFile::write(Roster changed) {
  failed_ = true;
  // Removals first. After a power cut in between, a removed peer is at worst still listed, and gets nothing.
  TRY(removals_.update_locked([&](Removals& file) { file.removed = changed.removed(); }));
  TRY(main_.update_locked([&](Roster& main) {
    main = changed;
    main.set_removed({});
  }));
  if (seen_->log) TRY(platform::remove_file(log_path_));
  failed_ = false;
  roster_ = std::move(changed);
  seen_ = TRY(look());
  return {};
}

Result<void> RosterFile::append(const Peer& peer) {
  const auto held = TRY(main_.lock());
  TRY(reload(Locked::yes));
  if (roster_.is_removed(peer.pin)) return {};
  const std::string line = encode_line(peer);
  if (!seen_->log) {
    TRY(platform::install_file({.path = log_path_,
                                .content = {},
                                .uid = owner_.uid,
                                .gid = owner_.gid,
                                .mode = 0600,
                                .existing = platform::NewFile::Existing::replace}));
  }
  TRY(platform::append_to_file(log_path_, platform::view_of(line)));
  roster_.remember(peer);
  seen_->log = TRY(facts_if_there(log_path_));
  // Merging costs a write of the whole roster, once for so many entries.
  if (seen_->log && seen_->log->size > limits::roster_log) return write(roster_);
  return {};
}

RosterFile roster_of(const Host& host) { return {host.agent_directory(), host.agent, texts_of(host.config.peers)}; }

}  // namespace agent
