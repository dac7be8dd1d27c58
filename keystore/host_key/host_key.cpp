// SPDX-License-Identifier: ISC
#include "keystore/host_key/host_key.h"

#include <boost/filesystem/operations.hpp>

namespace keystore {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::Path;
using platform::Result;

constexpr std::uint32_t owner_only = 0700;
// The agent's account has to reach its own directory and the public part; the files in it have modes of their own.
constexpr std::uint32_t everyone_may_pass = 0755;

// Also where the directory exists: an earlier run may have left it unfinished.
Result<void> make_with_parents(const Path& path) {
  if (!path.has_relative_path()) return {};
  boost::system::error_code unknown;
  const bool exists = boost::filesystem::exists(path, unknown);
  if (!exists) TRY(make_with_parents(path.parent_path()));
  auto made = platform::make_directory(path, platform::current_user(), platform::current_group(), everyone_may_pass);
  // A directory whose parent this account may not list was made by somebody else.
  if (!made && exists && made.error().kind == ErrorKind::denied) return {};
  return made;
}

// A key that cannot be read is not an absent key: a command installs a key only where there is none.
KeyState state_for(const Error& error) {
  if (error.kind == ErrorKind::not_found) return KeyState::absent;
  const bool unsafe = error.kind == ErrorKind::unsafe_file || error.kind == ErrorKind::unsafe_path;
  return unsafe ? KeyState::unsafe : KeyState::unreadable;
}

}  // namespace

Holding load_key(const Path& key_file) {
  Holding holding;
  // Facts first: reports show them even if the file cannot be opened, and a file of another size need not be read.
  if (const auto facts = platform::facts_of(key_file)) holding.facts = *facts;
  const bool regular = holding.facts && holding.facts->type == platform::FileType::regular;
  if (regular && holding.facts->size != GenKey::size) {
    holding.state = KeyState::invalid;
    holding.key_problem =
        Error{ErrorKind::invalid_key,
              key_file.string() + " has " + std::to_string(holding.facts->size) + " bytes; a key is exactly 24"};
    return holding;
  }
  auto file = platform::read_secret_file(key_file, GenKey::size);
  if (!file) {
    holding.state = state_for(file.error());
    if (holding.state != KeyState::absent) holding.key_problem = file.error();
    return holding;
  }
  holding.facts = file->facts;  // of the opened file: the name may lead to another one by now
  auto key = GenKey::create(std::move(file->content));
  if (!key) {
    holding.state = KeyState::invalid;
    holding.key_problem = Error{key.error().kind, key_file.string() + ": " + key.error().message};
    return holding;
  }
  holding.state = KeyState::present;
  holding.key = std::move(*key);
  return holding;
}

// A record of another key says nothing about this one.
Standing Holding::standing() const { return is_recorded ? record->standing : Standing::provisional; }

Result<Holding> load(const KeyFiles& files) {
  Holding holding = load_key(files.key_file);
  FoundRecord found = read_record(record_path(files));
  holding.record = std::move(found.record);
  holding.record_problem = std::move(found.problem);
  // Such a file is replaced by the recorded key, which a peer has.
  if (holding.state == KeyState::invalid && holding.record) holding.key_problem->kind = ErrorKind::damaged_key;
  if (!holding.key) return holding;

  const KeyProof proof(*holding.key);
  holding.is_recorded = holding.record && is_recorded(proof, *holding.record);
  if (holding.is_recorded) return holding;
  // After a power cut between key and record the record is still pending. It is only read here: load() holds no lock.
  FoundRecord pending = read_record(pending_path(files));
  if (pending.record && is_recorded(proof, *pending.record)) {
    holding.record = std::move(pending.record);
    holding.record_problem.reset();
    holding.is_recorded = true;
  } else if (pending.problem && !pending.damaged && !holding.record_problem) {
    // It may be the record of this very key.
    holding.record.reset();
    holding.record_problem = std::move(pending.problem);
  }
  return holding;
}

Result<void> check_record(const Holding& holding) {
  if (holding.record_problem) return tl::unexpected(*holding.record_problem);
  return {};
}

Result<void> prepare_state_directory(const KeyFiles& files, const platform::Account& agent) {
  TRY(make_with_parents(files.state_directory));
  return platform::make_directory(files.state_directory / "agent", agent.uid, agent.gid, owner_only);
}

// A record of another key does not name the key that is there.
std::string confirmation_word(const Holding& present) {
  return present.is_recorded ? present.record->fleet.hex() : "unrecorded";
}

}  // namespace keystore
