// SPDX-License-Identifier: ISC
#include "agent/fleet/state_file.h"

#include "agent/base/limits.h"
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
  static constexpr const char* lost = "the peers in it have to prove the key again";
  static constexpr bool set_aside = true;
  static constexpr std::size_t limit = limits::roster_file;
  static Result<Roster> decode(std::string_view text, const std::vector<std::string>& listed) {
    return decode_roster(text, listed);
  }
};

template <>
struct Kind<Removals> {
  static constexpr const char* name = "removed.json";
  // The message names the loss, because moving a damaged file aside silently lifts every removal.
  static constexpr const char* lost = "and repeat each removal of a peer";
  static constexpr bool set_aside = false;
  static constexpr std::size_t limit = limits::roster_file;
  static Result<Removals> decode(std::string_view text, const std::vector<std::string>& /*listed*/) {
    return decode_removals(text);
  }
};

template <>
struct Kind<TicketBook> {
  static constexpr const char* name = "tickets.json";
  static constexpr const char* lost = "its tickets no longer work; print new ones where they are needed";
  static constexpr bool set_aside = true;
  static constexpr std::size_t limit = limits::ticket_file;
  static Result<TicketBook> decode(std::string_view text, const std::vector<std::string>& /*listed*/) {
    return decode_ticket_book(text);
  }
};

}  // namespace

template <class State>
StateFile<State>::StateFile(platform::Path directory, platform::Account owner, std::vector<std::string> listed)
    : directory_(std::move(directory)),
      path_(directory_ / Kind<State>::name),
      owner_(std::move(owner)),
      listed_(std::move(listed)) {}

template <class State>
Result<State> StateFile<State>::decode(std::string_view text) const {
  return Kind<State>::decode(text, listed_);
}

template <class State>
Result<platform::FileLock> StateFile<State>::lock() const {
  // The directory is locked and not the file, because each write replaces the file and a lock on the old one would
  // exclude nobody.
  return platform::FileLock::acquire_directory(directory_, limits::lock_wait);
}

template <class State>
Result<void> StateFile<State>::reload(Locked locked) {
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
  auto state = decode(platform::text_of(file.content));
  if (!state) return set_aside(state.error(), locked);
  state_ = std::move(*state);
  read_ = file.facts;
  return {};
}

template <class State>
Result<void> StateFile<State>::set_aside(const platform::Error& why, Locked locked) {
  const platform::Path aside = path_.string() + ".damaged";
  const std::string what = path_.string() + ": " + why.message;
  if (!Kind<State>::set_aside) {
    return fail(why.kind, what + "; put it aside (" + platform::typed_move(path_.string(), aside.string()) + "), " +
                              Kind<State>::lost);
  }
  if (locked == Locked::no) {
    // Another process may be replacing the file at this moment, so what looked damaged is read again under the lock.
    // Who may not write here goes on without the file.
    if (const auto held = lock()) return reload(Locked::yes);
    state_ = State();
    damage_ = what + "; it is not used, and " + Kind<State>::lost;
    return {};
  }
  const auto moved = platform::rename_file(path_, aside);
  state_ = State();
  read_.reset();
  damage_ = what + "; " +
            (moved ? "it is now " + aside.string() : "it cannot be set aside (" + moved.error().message + ")") +
            ", and " + Kind<State>::lost;
  return {};
}

template <class State>
Result<std::reference_wrapper<const State>> StateFile<State>::current(Locked locked) {
  TRY(reload(locked));
  return std::cref(state_);
}

template <class State>
Result<void> StateFile<State>::update(const std::function<void(State&)>& change) {
  const auto held = TRY(lock());
  return update_locked(change);
}

template <class State>
Result<void> StateFile<State>::update_locked(const std::function<void(State&)>& change) {
  // Read again under the lock: a change on top of an old copy would undo what another process wrote.
  TRY(reload(Locked::yes));
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
template class StateFile<Removals>;
template class StateFile<TicketBook>;

TicketFile tickets_of(const Host& host) { return {host.agent_directory(), host.agent}; }

}  // namespace agent
