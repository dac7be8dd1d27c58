// SPDX-License-Identifier: ISC
#include "agent/actions/copy_writer.h"

#include <algorithm>
#include <limits>

#include "agent/backups/host_backups.h"
#include "agent/report/advice.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::Bytes;
using platform::ErrorKind;
using platform::Result;

// The time in a name counts seconds. A second backup within the same second takes the next one, and so on.
constexpr int names_tried = 5;

Result<std::optional<std::string>> put_under_free_name(const BackupStore& store, BackupName& name,
                                                       const Bytes& content) {
  for (int tries = 1;; ++tries) {
    auto written = put_backup(store, name, content);
    // A copy is never overwritten, so a taken name leads to the next second.
    if (written || written.error().kind != ErrorKind::exists || tries == names_tried) return written;
    name.time += std::chrono::seconds(1);
  }
}

std::string_view what_failed(BackupName::Content content) {
  return content == BackupName::Content::key ? "not backed up to " : "Ops Manager's settings are not backed up to ";
}

}  // namespace

// One copy to be written, in one format. Its bytes are encrypted when the first destination needs them, and then used
// for all, so that the same copy has the same digest everywhere.
struct CopyWriter::Copy {
  BackupName name;
  std::string epoch;
  std::string revision;
  std::string recipients;  // digest
  std::optional<Bytes> content;

  // A passphrase has no digest, because the passphrase could be guessed from it. Whether it has changed is therefore
  // unknown, and a new copy is made.
  [[nodiscard]] bool is_same_as(const BackupNote& before) const {
    return before.epoch == epoch && before.revision == revision && before.name.fleet == name.fleet &&
           before.name.generation == name.generation && before.name.host == name.host && !recipients.empty() &&
           before.recipients == recipients;
  }
};

CopyWriter::CopyWriter(const Host& host, const keystore::Record& record, const BackupRecipients& recipients,
                       CheckAgainst check_against, Report& report)
    : host_(host),
      record_(record),
      recipients_(recipients),
      check_against_(check_against),
      report_(report),
      notes_(load_backup_notes(host.files.state_directory)) {
  const bool beside = check_against == CheckAgainst::notes;
  // A command that only backs up beside its own work must not keep a person waiting for a slow store.
  stores_ = backup_stores(host, notes_,
                          beside ? std::chrono::milliseconds(limits::backup_patience_beside)
                                 : std::chrono::milliseconds(limits::backup_patience));
  if (!report.backups) report.backups.emplace();
}

Result<void> CopyWriter::begin() {
  // Checked before anything is encrypted: the name is part of each copy's name.
  own_name_ = TRY(backup_host(host_));
  count_key();
  forget_removed_destinations();
  return {};
}

void CopyWriter::write(const BackupSource& source) {
  // One loop over the formats outside and the stores inside, so that each format is encrypted once.
  for (const BackupFormat format : formats_for(recipients_)) {
    Copy copy = copy_of(source, format);
    for (const BackupStore& store : stores_) {
      const std::string destination = text_of(store.destination);
      // A destination that failed would make each further copy wait for its whole patience again.
      if (failed_.contains(destination)) continue;
      const auto written = write_unless_there(store, source, copy);
      if (!written) tell_failure(destination, source, written.error());
    }
  }
}

// The notes may be lost, so the destinations are asked too: two keys of one host must never share a number. A
// destination that does not answer is left out; the time in the names still orders the copies.
void CopyWriter::count_key() {
  // The same key keeps its number, and with it the order of its copies.
  if (notes_.epoch == record_.epoch) return;
  std::uint32_t largest = notes_.key_number;
  for (const BackupStore& store : stores_) {
    for (const auto& copy : list_backups(store).value_or(std::vector<keystore::BackupCopy>()))
      if (copy.name.host == own_name_) largest = std::max(largest, copy.name.key_number);
  }
  // At the largest number it stays. Starting at 0 again would make the newest key look like the oldest.
  const bool at_end = largest == std::numeric_limits<std::uint32_t>::max();
  notes_.key_number = at_end ? largest : largest + 1;
  notes_.epoch = record_.epoch;
}

void CopyWriter::forget_removed_destinations() {
  // A destination that is no longer configured would otherwise be reported as stale for ever.
  std::erase_if(notes_.notes, [&](const BackupNote& note) {
    return std::ranges::none_of(
        stores_, [&](const BackupStore& store) { return text_of(store.destination) == note.destination; });
  });
}

CopyWriter::Copy CopyWriter::copy_of(const BackupSource& source, BackupFormat format) const {
  return {.name = {.fleet = record_.fleet,
                   .generation = record_.generation,
                   .host = own_name_,
                   .time = platform::now(),
                   .key_number = notes_.key_number,
                   .content = source.content,
                   .format = format},
          .epoch = record_.epoch,
          .revision = source.revision,
          .recipients = digest_of(recipients_, format),
          .content = std::nullopt};
}

Result<void> CopyWriter::write_unless_there(const BackupStore& store, const BackupSource& source, Copy& copy) {
  const BackupNote* before = notes_.find(text_of(store.destination), source.content, copy.name.format);
  if (before != nullptr && copy.is_same_as(*before)) {
    // "Not there any more" leads to a new copy. "Cannot be asked" is a failure, because a copy may well be there.
    if (check_against_ == CheckAgainst::notes || TRY(is_there(store, *before))) return keep(*before);
  }
  // After the check, so that a dry run reports truly whether something would be stored.
  if (host_.options.dry_run) {
    report_.lines.push_back("would store " + copy.name.text() + " at " + text_of(store.destination));
    return {};
  }
  if (!copy.content) copy.content = TRY(source.seal(copy.name.format));
  return put(store, before, copy);
}

Result<bool> CopyWriter::is_there(const BackupStore& store, const BackupNote& note) {
  const auto stored = get_backup(store, note.name);
  if (!stored && stored.error().kind != ErrorKind::not_found) return tl::unexpected(stored.error());
  // By content and not by name or size: a store may have been restored from an old state, and a copy may be damaged.
  if (stored && digest_of(*stored) == note.digest) return true;
  // A warning although a new copy fixes it: something is changing or removing stored backups.
  report_.warn(
      note.name.text() + " at " + note.destination +
      (stored ? " is not what was stored there; a new copy goes beside it" : " is gone; a new copy takes its place"));
  return false;
}

Result<void> CopyWriter::keep(BackupNote note) {
  report_.backups->push_back({.destination = note.destination,
                              .name = note.name.text(),
                              .result = BackupResult::unchanged,
                              .stored = note.stored});
  // Nothing was seen at the destination, so the note must not claim it.
  if (check_against_ == CheckAgainst::notes) return {};
  report_.lines.push_back(note.destination + " has it already: " + note.name.text());
  if (host_.options.dry_run) return {};
  note.seen = platform::now();
  // The time of the last sight makes the difference between a fresh backup and a stale one.
  notes_.put(std::move(note));
  return save(notes_, host_.files.state_directory);
}

Result<void> CopyWriter::put(const BackupStore& store, const BackupNote* before, const Copy& copy) {
  BackupName name = copy.name;
  // This host's clock may have been set back. A later copy must have the later name all the same.
  if (before != nullptr) name.time = std::max(name.time, before->name.time + std::chrono::seconds(1));
  // The mount is remembered, so that a directory whose mount is missing one day is not taken for the destination.
  const std::optional<std::string> mount = TRY(put_under_free_name(store, name, *copy.content));
  const auto now = platform::now();
  // A new copy of the same key keeps its drill: somebody has opened this key from this destination before.
  const bool same_key = before != nullptr && before->epoch == copy.epoch;
  const BackupNote note{.destination = text_of(store.destination),
                        .name = name,
                        .epoch = copy.epoch,
                        .revision = copy.revision,
                        .digest = digest_of(*copy.content),
                        .recipients = copy.recipients,
                        .first = same_key ? before->first : now,
                        .stored = now,
                        .seen = now,
                        .drilled = same_key ? before->drilled : std::nullopt,
                        .mount = mount};
  tell_stored(note, copy.content->size());
  // Saved after each copy, not at the end: a kill in between must not lose what was stored.
  notes_.put(note);
  return save(notes_, host_.files.state_directory);
}

void CopyWriter::tell_stored(const BackupNote& note, std::size_t size) {
  report_.changed = true;
  report_.lines.push_back("stored " + note.name.text() + " at " + note.destination);
  report_.backups->push_back({.destination = note.destination,
                              .name = note.name.text(),
                              .result = BackupResult::stored,
                              .size = size,
                              .stored = note.stored});
}

void CopyWriter::tell_failure(const std::string& destination, const BackupSource& source,
                              const platform::Error& error) {
  report_.backups->push_back({.destination = destination, .detail = error.message});
  report_.warnings.push_back(
      message_about(error, host_.options, std::string(what_failed(source.content)) + destination + ": "));
  // A failure decides the exit code only of the command that was asked for a backup, and only for the key. Another
  // command has done its own work, and settings matter less than the key.
  const bool asked_for = check_against_ == CheckAgainst::store && source.content == BackupName::Content::key;
  report_.code = worst(report_.code, asked_for ? exit_code_for(error.kind) : exit_attention);
  failed_.insert(destination);
}

}  // namespace agent
