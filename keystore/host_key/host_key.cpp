// SPDX-License-Identifier: ISC
#include "keystore/host_key/host_key.h"

#include <array>

#include <boost/filesystem/operations.hpp>

#include "platform/audit/audit.h"
#include "platform/files/mounts.h"
#include "platform/host/host_facts.h"

namespace keystore {

namespace {

using platform::Error;
using platform::ErrorKind;
using platform::fail;
using platform::NewFile;
using platform::Path;
using platform::Result;

constexpr std::size_t longest_record = 16 * std::size_t{1024};
constexpr std::size_t longest_displaced = std::size_t{1024} * 1024;  // any file may be in the key's place
constexpr std::uint32_t record_mode = 0640;
constexpr std::uint32_t public_mode = 0644;
constexpr std::uint32_t owner_only = 0700;

Path record_path(const KeyFiles& files) { return files.state_directory / "record.json"; }
Path public_path(const KeyFiles& files) { return files.state_directory / "claim.json"; }
Path pending_path(const KeyFiles& files) { return files.state_directory / "record.pending"; }

// Three answers: a record, no record, or a record that cannot be understood. The callers decide what the last one means
// to them.
struct FoundRecord {
  std::optional<Record> record;
  std::optional<Error> problem;
};

Result<FoundRecord> read_record(const Path& path) {
  const auto file = platform::read_file(path, longest_record, platform::Links::refuse);
  if (!file && file.error().kind == ErrorKind::not_found) return FoundRecord{};
  // The disk failed, or another program holds the file. The record may be sound, so this says nothing about it.
  if (!file && (file.error().kind == ErrorKind::io || file.error().kind == ErrorKind::busy))
    return tl::unexpected(file.error());
  if (!file) return FoundRecord{std::nullopt, file.error()};
  auto record = decode_record(platform::text_of(file->content));
  if (!record)
    return FoundRecord{std::nullopt, Error{record.error().kind, path.string() + ": " + record.error().message}};
  return FoundRecord{*record, std::nullopt};
}

// A key that cannot be read is not an absent key: a command installs a key only where there is none.
KeyState state_for(const Error& error) {
  if (error.kind == ErrorKind::not_found) return KeyState::absent;
  const bool unsafe = error.kind == ErrorKind::unsafe_file || error.kind == ErrorKind::unsafe_path;
  return unsafe ? KeyState::unsafe : KeyState::unreadable;
}

void read_key(const Path& path, Holding& holding) {
  // Facts first: reports show them even if the file cannot be opened, and a file of another size need not be read.
  if (const auto facts = platform::facts_of(path)) holding.facts = *facts;
  const bool regular = holding.facts && holding.facts->type == platform::FileType::regular;
  if (regular && holding.facts->size != GenKey::size) {
    holding.state = KeyState::invalid;
    holding.key_problem = Error{ErrorKind::invalid_key, path.string() + " has " + std::to_string(holding.facts->size) +
                                                            " bytes; a key is exactly 24"};
    return;
  }
  auto file = platform::read_secret_file(path, GenKey::size);
  if (!file) {
    holding.state = state_for(file.error());
    if (holding.state != KeyState::absent) holding.key_problem = file.error();
    return;
  }
  holding.facts = file->facts;  // of the opened file: the name may lead to another one by now
  auto key = GenKey::create(std::move(file->content));
  if (!key) {
    holding.state = KeyState::invalid;
    holding.key_problem = Error{key.error().kind, path.string() + ": " + key.error().message};
    return;
  }
  holding.state = KeyState::present;
  holding.key = std::move(*key);
}

// Owner and mode are set before the file has its name, so the service never meets a key file that it cannot read.
NewFile key_file_of(const KeyFiles& files, const GenKey& key) {
  return {.path = files.key_file,
          .content = key.reveal(),
          .uid = files.service.uid,
          .gid = files.service.gid,
          .mode = platform::key_file_mode(files.service)};
}

// The service's group may read the record, because the gate also runs under the service's account. An ordinary user
// cannot give a file to another group and uses their own.
NewFile state_file_of(const KeyFiles& files, const Path& path, std::string_view text) {
  const bool root = platform::running_as_root();
  return {.path = path,
          .content = platform::view_of(text),
          .uid = platform::current_user(),
          .gid = root ? files.service.gid : platform::current_group(),
          .mode = record_mode,
          .existing = NewFile::Existing::replace};
}

// The pending record says which key is coming, before the key file changes.
Result<void> write_pending(const KeyFiles& files, const Record& record) {
  const std::string text = encode(record);
  return platform::install_file(state_file_of(files, pending_path(files), text));
}

// Derived from the record. If a power cut comes between both, publish() writes it again.
Result<void> write_public(const KeyFiles& files, const Record& record) {
  const std::string text = encode_public(record);
  NewFile file = state_file_of(files, public_path(files), text);
  file.mode = public_mode;
  return platform::install_file(file);
}

// One rename makes it the record, so there is no moment with a key and no record at all.
Result<void> promote_pending(const KeyFiles& files, const Record& record) {
  TRY(platform::rename_file(pending_path(files), record_path(files)));
  return write_public(files, record);
}

// Without this, a key installed while the share is away would lie under the mount point, invisible once the share is
// back, and Ops Manager would have run with it meanwhile.
Result<void> check_mount(const std::optional<Record>& record) {
  if (!record || !record->network_mount || platform::is_mounted(*record->network_mount)) return {};
  return fail(ErrorKind::mount_absent, "this host's key lives on the network mount " + *record->network_mount +
                                           ", which is not there; nothing is installed underneath it");
}

// Only the host that installs the key knows where its key file is, so neither comes from a peer or a backup.
Record with_location(const KeyFiles& files, Record record) {
  record.network_mount = platform::network_mount_of(files.key_file.parent_path());
  record_key_file(record, files.key_file);
  return record;
}

// Two displacements may fall into one second, and no displaced key may overwrite another.
std::string displaced_name(const Holding& present) {
  const std::string fleet = present.is_recorded ? present.record->fleet.hex().substr(0, 8) : "unrecorded";
  const auto seconds = std::to_string(platform::now().time_since_epoch().count());
  std::array<std::byte, 4> unique{};
  platform::fill_random(unique);
  return "gen.key." + fleet + "." + seconds + "." + platform::hex_encode(unique);
}

struct Aside {
  Path path;
  platform::FileFacts original;
};

// Copied and not moved: while there is no key file, a start of Ops Manager would make a new key. Read again and not
// taken from `present`, because a file that is not a key is kept too.
Result<Aside> put_aside(const KeyFiles& files, const Holding& present) {
  const auto old = TRY(platform::read_secret_file(files.key_file, longest_displaced));
  const Path aside = TRY(displaced_directory(files)) / displaced_name(present);
  TRY(platform::install_file({.path = aside,
                              .content = old.content.reveal(),
                              .uid = platform::current_user(),
                              .gid = platform::current_group(),
                              .mode = 0600}));
  return Aside{aside, old.facts};
}

// After a failure. If the old key file is still in place, its copy is removed: nobody would look after a second copy.
// If the old key file is not in place, the copy may be the only one and stays.
Result<void> take_back(const KeyFiles& files, const Aside& aside) {
  const auto now = platform::facts_of(files.key_file);
  return now && now->same_file(aside.original) ? platform::remove_file(aside.path) : Result<void>();
}

// install_file() can fail after the key has its name, when the directory cannot be synced. So a failure does not drop
// the pending record: finish_interrupted() looks whether the key is there, and keeps or removes the record accordingly.
Result<void> install_with_record(const KeyFiles& files, const NewFile& key_file, const Record& record) {
  TRY(write_pending(files, with_location(files, record)));
  if (const auto done = platform::install_file(key_file); !done) {
    TRY(finish_interrupted(files));
    return tl::unexpected(done.error());
  }
  return promote_pending(files, record);
}

}  // namespace

// A record of another key says nothing about this one.
Standing Holding::standing() const { return is_recorded ? record->standing : Standing::provisional; }

Result<Holding> load(const KeyFiles& files) {
  Holding holding;
  read_key(files.key_file, holding);
  FoundRecord found = TRY(read_record(record_path(files)));
  holding.record = std::move(found.record);
  holding.record_problem = std::move(found.problem);
  if (!holding.key) return holding;

  const KeyProof proof(*holding.key);
  holding.is_recorded = holding.record && is_recorded(proof, *holding.record);
  if (holding.is_recorded) return holding;
  // After a power cut between key and record the record is still pending. It is only read here: load() holds no lock.
  const auto pending = read_record(pending_path(files));
  if (pending && pending->record && is_recorded(proof, *pending->record)) {
    holding.record = pending->record;
    holding.record_problem.reset();
    holding.is_recorded = true;
  }
  return holding;
}

Result<void> prepare_state_directory(const KeyFiles& files, const platform::Account& agent) {
  // The agent's account has to reach its own directory and the public part; the files in it have modes of their own.
  constexpr std::uint32_t everyone_may_pass = 0755;
  boost::system::error_code error;
  boost::filesystem::create_directories(files.state_directory.parent_path(), error);
  if (error) {
    return fail(ErrorKind::io,
                "cannot create " + files.state_directory.parent_path().string() + ": " + error.message());
  }
  TRY(platform::make_directory(files.state_directory, platform::current_user(), platform::current_group(),
                               everyone_may_pass));
  return platform::make_directory(files.state_directory / "agent", agent.uid, agent.gid, owner_only);
}

Result<Path> displaced_directory(const KeyFiles& files) {
  const Path directory = files.state_directory / "displaced";
  TRY(platform::make_directory(directory, platform::current_user(), platform::current_group(), owner_only));
  return directory;
}

Result<void> finish_interrupted(const KeyFiles& files) {
  const auto pending = TRY(read_record(pending_path(files)));
  if (!pending.record && !pending.problem) return {};
  // A pending record that cannot be understood has no key: the key comes only after the pending record is durable.
  Holding holding;
  read_key(files.key_file, holding);
  // A process that cannot read the key cannot know whether it is the new key. It leaves the decision to the next one.
  if (holding.state == KeyState::unreadable) return {};
  const bool arrived = pending.record && holding.key && is_recorded(KeyProof(*holding.key), *pending.record);
  return arrived ? promote_pending(files, *pending.record) : platform::remove_file(pending_path(files));
}

// The record of before and not the new one: it says on which mount this host's key was.
Result<void> install(const KeyFiles& files, const GenKey& key, const Record& record) {
  const FoundRecord before = TRY(read_record(record_path(files)));
  TRY(check_mount(before.record));
  return install_with_record(files, key_file_of(files, key), record);
}

Result<Path> displace(const KeyFiles& files, const Holding& present, const GenKey& key, const Record& record) {
  TRY(check_mount(present.record));
  const Aside aside = TRY(put_aside(files, present));
  NewFile file = key_file_of(files, key);
  // Only the file that was put aside is replaced. A key that somebody copied there meanwhile is not overwritten.
  file.existing = NewFile::Existing::replace;
  file.replaces = present.facts;
  if (const auto done = install_with_record(files, file, record); !done) {
    TRY(take_back(files, aside));
    return tl::unexpected(done.error());
  }
  return aside.path;
}

Result<std::optional<Record>> load_record(const Path& state_directory) {
  auto found = TRY(read_record(record_path({.state_directory = state_directory, .key_file = {}, .service = {}})));
  if (found.problem) return tl::unexpected(std::move(*found.problem));
  return std::move(found.record);
}

Result<bool> save_record(const KeyFiles& files, const Record& record) {
  const auto present = TRY(read_record(record_path(files)));
  // Unchanged means untouched, the modification time too: timers and starts come by here again and again.
  if (present.record && *present.record == record) return false;
  const std::string text = encode(record);
  TRY(platform::install_file(state_file_of(files, record_path(files), text)));
  TRY(write_public(files, record));
  return true;
}

// For the listener, whose account cannot read the record. No fallback to anything else: the listener claims what root
// has written, or nothing.
Result<PublicRecord> load_public(const Path& state_directory) {
  const auto file = TRY(platform::read_file(state_directory / "claim.json", longest_record, platform::Links::refuse));
  return decode_public_record(platform::text_of(file.content));
}

// A kill during the write leaves the old content and a temporary name beside it. Only another write clears that name.
bool is_published(const KeyFiles& files, const Record& record) {
  const auto present = load_public(files.state_directory);
  return present && present->claim == FleetClaim{record.fleet, record.generation, record.standing} &&
         present->epoch == record.epoch && !platform::facts_of(platform::temporary_of(public_path(files)));
}

Result<void> publish(const KeyFiles& files) {
  const auto found = TRY(read_record(record_path(files)));
  if (!found.record || is_published(files, *found.record)) return {};
  return write_public(files, *found.record);
}

// Renamed and not removed: it is the only trace of the fleet that this host belonged to.
Result<void> set_record_aside(const KeyFiles& files) {
  return platform::rename_file(record_path(files), files.state_directory / "record.damaged");
}

// A record of another key does not name the key that is there.
std::string confirmation_word(const Holding& present) {
  return present.is_recorded ? present.record->fleet.hex() : "unrecorded";
}

}  // namespace keystore
