// SPDX-License-Identifier: ISC
#include "agent/fleet/state_files.h"

#include "agent/base/limits.h"
#include "platform/files/lock.h"
#include "platform/host/typed_command.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

template <class State>
struct Kind;

template <>
struct Kind<Roster> {
  static constexpr const char* name = "roster.json";
  // The message names the loss, because moving a damaged file aside silently lifts every removal.
  static constexpr const char* what_is_lost =
      "and remove again the peers that were removed (genkey-agent peers remove)";
  static constexpr std::size_t limit = limits::roster_file;
  static Result<Roster> decode(std::string_view text) { return decode_roster(text); }
};

template <>
struct Kind<TicketBook> {
  static constexpr const char* name = "tickets.json";
  static constexpr const char* what_is_lost = "and make the tickets anew that are still needed (genkey-agent invite)";
  static constexpr std::size_t limit = limits::ticket_file;
  static Result<TicketBook> decode(std::string_view text) { return decode_ticket_book(text); }
};

}  // namespace

template <class State>
StateFile<State>::StateFile(platform::Path directory, platform::Account owner)
    : directory_(std::move(directory)), path_(directory_ / Kind<State>::name), owner_(std::move(owner)) {}

template <class State>
Result<void> StateFile<State>::reload() {
  const auto facts = platform::facts_of(path_);
  // A missing file is an empty state: a new host has none, and the listener must serve at once.
  if (!facts && facts.error().kind == ErrorKind::not_found) {
    state_ = State();
    read_.reset();
    return {};
  }
  if (!facts) return tl::unexpected(facts.error());
  // The listener asks for the state at each request. An unchanged file costs one stat call.
  if (read_ && read_->same_file(*facts)) return {};
  // Links are refused, because the directory belongs to the agent's account and root reads here too.
  const auto file = TRY(platform::read_file(path_, Kind<State>::limit, platform::Links::refuse));
  auto state = Kind<State>::decode(platform::text_of(file.content));
  // A damaged file is never treated as empty: removed hosts would return and used tickets would be valid again.
  if (!state) {
    return fail(state.error().kind, path_.string() + ": " + state.error().message + "; put it aside (" +
                                        platform::typed_move(path_.string(), path_.string() + ".damaged") + "), " +
                                        Kind<State>::what_is_lost);
  }
  state_ = std::move(*state);
  read_ = file.facts;
  return {};
}

template <class State>
Result<std::reference_wrapper<const State>> StateFile<State>::current() {
  TRY(reload());
  return std::cref(state_);
}

template <class State>
Result<void> StateFile<State>::update(const std::function<void(State&)>& change) {
  // The directory is locked and not the file, because each write replaces the file and a lock on the old one would
  // exclude nobody.
  const auto lock = TRY(platform::FileLock::acquire_directory(directory_, limits::lock_wait));
  // Read again under the lock: a change on top of an old copy would undo what another process wrote.
  TRY(reload());
  State changed = state_;
  change(changed);
  // An unchanged state is not written, so that a round without news costs no fsync. After a failed write it is written
  // again, because what is on the disk is then unknown.
  if (changed == state_ && !failed_) return {};
  const std::string text = encode(changed);
  // Set before the write and cleared after it, so that every way out in between counts as a failure.
  failed_ = true;
  TRY(platform::install_file({.path = path_,
                              .content = platform::view_of(text),
                              // Root writes this file for the account. With root as its owner, the listener could not
                              // read it any more.
                              .uid = owner_.uid,
                              .gid = owner_.gid,
                              .mode = 0600,
                              .existing = platform::NewFile::Existing::replace}));
  failed_ = false;
  state_ = std::move(changed);
  read_ = TRY(platform::facts_of(path_));
  return {};
}

template class StateFile<Roster>;
template class StateFile<TicketBook>;

RosterFile roster_of(const Host& host) { return {host.agent_directory(), host.agent}; }
TicketFile tickets_of(const Host& host) { return {host.agent_directory(), host.agent}; }

}  // namespace agent
