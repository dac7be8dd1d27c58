// SPDX-License-Identifier: ISC
#include "keystore/host_key/record_file.h"

#include <array>
#include <string_view>

#include "platform/files/file.h"
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
constexpr std::uint32_t record_mode = 0640;
constexpr std::uint32_t public_mode = 0644;

Path damaged_path(const KeyFiles& files) { return files.state_directory / "record.damaged"; }

// Two cases have a remedy of their own: a user who may not read the file, and a file that another program holds.
Error unreadable(Error error) {
  const bool may_be_refused = error.kind == ErrorKind::denied && !platform::running_as_root();
  if (may_be_refused || error.kind == ErrorKind::busy) return error;
  return {ErrorKind::unreadable_record, "the record of this host's key cannot be read: " + std::move(error.message)};
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

// A record with such a generation could not be read again.
Result<void> write_record(const KeyFiles& files, const Path& path, const Record& record) {
  if (record.generation < 1 || record.generation > largest_generation) {
    return fail(ErrorKind::internal, "generation " + std::to_string(record.generation) + " is not one from 1 to " +
                                         std::to_string(largest_generation) + "; it is not recorded");
  }
  const std::string text = encode(record);
  return platform::install_file(state_file_of(files, path, text));
}

// Derived from the record. If a power cut comes between both, publish() writes it again.
Result<void> write_public(const KeyFiles& files, const Record& record) {
  const std::string text = encode_public(record);
  NewFile file = state_file_of(files, public_path(files), text);
  file.mode = public_mode;
  return platform::install_file(file);
}

}  // namespace

Path record_path(const KeyFiles& files) { return files.state_directory / "record.json"; }
Path public_path(const KeyFiles& files) { return files.state_directory / "claim.json"; }
Path pending_path(const KeyFiles& files) { return files.state_directory / "record.pending"; }

FoundRecord read_record(const Path& path) {
  auto file = platform::read_file(path, longest_record, platform::Links::refuse);
  if (!file && file.error().kind == ErrorKind::not_found) return {};
  if (!file) return {.record = std::nullopt, .problem = unreadable(std::move(file.error()))};
  auto record = decode_record(platform::text_of(file->content));
  if (record) return {.record = std::move(*record), .problem = std::nullopt};
  Error damage{record.error().kind, path.string() + ": " + record.error().message};
  return {.record = std::nullopt, .problem = unreadable(std::move(damage)), .damaged = true};
}

Result<void> write_pending(const KeyFiles& files, const Record& record) {
  return write_record(files, pending_path(files), record);
}

// One rename makes it the record, so there is no moment with a key and no record at all.
Result<void> promote_pending(const KeyFiles& files, const Record& record) {
  TRY(platform::rename_file(pending_path(files), record_path(files)));
  return write_public(files, record);
}

Result<std::optional<Record>> load_record(const Path& state_directory) {
  auto found = read_record(record_path({.state_directory = state_directory, .key_file = {}, .service = {}}));
  if (found.problem) return tl::unexpected(std::move(*found.problem));
  return std::move(found.record);
}

Result<bool> save_record(const KeyFiles& files, const Record& record) {
  const auto present = read_record(record_path(files));
  if (present.problem) return tl::unexpected(*present.problem);
  // Unchanged means untouched, the modification time too: timers and starts come by here again and again.
  if (present.record && *present.record == record) return false;
  TRY(write_record(files, record_path(files), record));
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
  const auto found = read_record(record_path(files));
  if (!found.record || is_published(files, *found.record)) return {};
  return write_public(files, *found.record);
}

// Renamed and not removed: it is the only trace of the fleet that this host belonged to. One that was set aside before
// stays too.
Result<Path> set_record_aside(const KeyFiles& files) {
  Path aside = damaged_path(files);
  if (was_record_set_aside(files)) {
    std::array<std::byte, 4> unique{};
    platform::fill_random(unique);
    aside += "." + platform::hex_encode(unique);
  }
  TRY(platform::rename_file(record_path(files), aside));
  return aside;
}

// A name that cannot be looked at may be there.
bool was_record_set_aside(const KeyFiles& files) {
  const auto facts = platform::facts_of(damaged_path(files));
  return facts || facts.error().kind != ErrorKind::not_found;
}

}  // namespace keystore
