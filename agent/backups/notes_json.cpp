// SPDX-License-Identifier: ISC
#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/backups/notes.h"
#include "agent/base/limits.h"

namespace agent {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::Time;

constexpr std::string_view schema = "genkey-agent/backups/1";
constexpr std::size_t digest_digits = 64;
constexpr std::size_t epoch_digits = 16;  // and a revision's
constexpr std::size_t longest_mount = 4096;
// Two contents in two formats at each destination, and as many again at destinations that were removed from the
// configuration.
constexpr std::size_t most_notes = 8 * limits::backup_destinations;

// A member of another type reads as empty. The callers refuse a note that lacks a required member.
std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<Time> time_in(const json& object, const char* member) {
  return platform::parse_time(text_in(object, member));
}

bool are_digits(const std::string& text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

json json_of(const BackupNote& note) {
  json object = {{"destination", note.destination},
                 {"name", note.name.text()},
                 {"epoch", note.epoch},
                 {"digest", note.digest},
                 {"recipients", note.recipients},
                 {"first", platform::format_time(note.first)},
                 {"stored", platform::format_time(note.stored)},
                 {"seen", platform::format_time(note.seen)}};
  if (!note.revision.empty()) object["revision"] = note.revision;
  if (note.drilled) object["drilled"] = platform::format_time(*note.drilled);
  if (note.mount) object["mount"] = *note.mount;
  return object;
}

// Notes are shown on terminals, and their mounts are looked up as paths. A damaged file must not steer a terminal or
// lead to an arbitrary path.
bool is_plain(const BackupNote& note) {
  const auto is_control = [](unsigned char c) { return c < ' ' || c == 0x7f; };
  const std::string mount = note.mount.value_or("");
  return parse_destination(note.destination) && are_digits(note.epoch, epoch_digits) &&
         (note.revision.empty() || are_digits(note.revision, epoch_digits)) && are_digits(note.digest, digest_digits) &&
         (note.recipients.empty() || are_digits(note.recipients, digest_digits)) &&
         (mount.empty() || platform::Path(mount).is_absolute()) && mount.size() <= longest_mount &&
         std::ranges::none_of(mount, is_control);
}

std::optional<BackupNote> note_of(const json& object) {
  if (!object.is_object()) return std::nullopt;
  const auto name = keystore::parse_backup_name(text_in(object, "name"));
  const auto first = time_in(object, "first");
  const auto stored = time_in(object, "stored");
  const auto seen = time_in(object, "seen");
  if (!name || !first || !stored || !seen) return std::nullopt;
  BackupNote note{.destination = text_in(object, "destination"),
                  .name = *name,
                  .epoch = text_in(object, "epoch"),
                  .revision = text_in(object, "revision"),
                  .digest = text_in(object, "digest"),
                  .recipients = text_in(object, "recipients"),
                  .first = *first,
                  .stored = *stored,
                  .seen = *seen,
                  // A damaged time reads as "never drilled", which costs one more drill and claims nothing.
                  .drilled = time_in(object, "drilled"),
                  .mount = std::nullopt};
  if (object.contains("mount")) note.mount = text_in(object, "mount");
  return is_plain(note) ? std::optional(std::move(note)) : std::nullopt;
}

// The library converts any number silently, also a negative or a larger one.
std::optional<std::uint32_t> number_in(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  const auto value = found->get<std::uint64_t>();
  if (value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

tl::unexpected<platform::Error> no_notes(std::string_view why) {
  return fail(ErrorKind::configuration, "these notes of backups " + std::string(why));
}

}  // namespace

std::string encode(const BackupNotes& notes) {
  json list = json::array();
  for (const BackupNote& note : notes.notes) list.push_back(json_of(note));
  const json object = {
      {"schema", schema}, {"key_number", notes.key_number}, {"epoch", notes.epoch}, {"copies", std::move(list)}};
  // A path may hold bytes that are not UTF-8, at which the library would throw.
  return object.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<BackupNotes> decode_backup_notes(std::string_view text) {
  // With `false` a damaged file gives a value to check, and no exception.
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || text_in(object, "schema") != schema)
    // A file of another schema is refused, because its members may mean something else.
    return no_notes("are not a file of " + std::string(schema));
  const auto number = number_in(object, "key_number");
  BackupNotes notes{.key_number = number.value_or(0), .epoch = text_in(object, "epoch"), .notes = {}};
  // A guessed number could give two keys the same number. The epoch is empty before the first backup.
  if (!number || !(notes.epoch.empty() || are_digits(notes.epoch, epoch_digits)))
    return no_notes("have a number or an epoch that cannot be");
  const auto copies = object.find("copies");
  if (copies == object.end() || !copies->is_array() || copies->size() > most_notes)
    return no_notes("have no list of copies, or one that is too long");
  for (const json& copy : *copies) {
    auto note = note_of(copy);
    // One bad note spoils the whole file: what else was damaged is unknown.
    if (!note) return no_notes("have a copy that cannot be");
    // put() and not push_back(): a file with two notes for one copy keeps the later.
    notes.put(*std::move(note));
  }
  return notes;
}

}  // namespace agent
