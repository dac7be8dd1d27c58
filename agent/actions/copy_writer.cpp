#include "agent/actions/copy_writer.h"

#include <algorithm>
#include <limits>

#include "agent/backups/host_backups.h"
#include "agent/report/advice.h"

namespace agent::commands {

namespace {

using keystore::BackupName;
using platform::Bytes;
using platform::ErrorKind;
using platform::Result;

// Two backups within one second have names of two.
constexpr int names_tried = 5;

Result<Placement> put_under_a_free_name(const BackupStore& store, BackupName& name, const Bytes& content) {
  for (int tries = 1;; ++tries) {
    auto placed = put_backup(store, name, content);
    if (placed || placed.error().kind != ErrorKind::exists || tries == names_tried) return placed;
    name.time += std::chrono::seconds(1);
  }
}

BackupPart part_of(const std::string& destination, BackupResult result) {
  return {.destination = destination,
          .name = "",
          .result = result,
          .size = std::nullopt,
          .stored = std::nullopt,
          .detail = ""};
}

std::string_view what_failed(BackupName::Content content) {
  return content == BackupName::Content::key ? "not backed up to " : "Ops Manager's settings are not backed up to ";
}

}  // namespace

struct Placing::Copy {
  BackupName name;
  std::string epoch;
  std::string revision;
  std::string recipients;  // digest
  std::optional<Bytes> content;

  // A passphrase is like no other, so that nobody can tell whether it is the one of before.
  [[nodiscard]] bool would_be_the_same(const BackupNote& before) const {
    return before.epoch == epoch && before.revision == revision && before.name.fleet == name.fleet &&
           before.name.generation == name.generation && before.name.host == name.host && !recipients.empty() &&
           before.recipients == recipients;
  }
};

Placing::Placing(const Host& host, const keystore::Record& record, const BackupRecipients& recipients, Belief belief,
                 Report& report)
    : host_(host),
      record_(record),
      recipients_(recipients),
      belief_(belief),
      report_(report),
      notes_(load_backup_notes(host.files.state_directory)) {
  const bool beside = belief == Belief::notes;
  stores_ = backup_stores(host, notes_,
                          beside ? std::chrono::milliseconds(limits::backup_patience_beside)
                                 : std::chrono::milliseconds(limits::backup_patience));
  if (!report.backups) report.backups.emplace();
}

Result<void> Placing::begin() {
  own_name_ = TRY(backup_host(host_));
  count_key();
  forget_destinations_that_were_left();
  return {};
}

void Placing::place(const Matter& matter) {
  for (const BackupFormat format : formats_for(recipients_)) {
    Copy copy = copy_of(matter, format);
    for (const BackupStore& store : stores_) {
      const std::string destination = text_of(store.destination);
      if (failed_.contains(destination)) continue;
      const auto placed = place_unless_there(store, matter, copy);
      if (!placed) tell_failure(destination, matter, placed.error());
    }
  }
}

// A key that is new here has a number that no copy of this host has, also when the notes were lost.
void Placing::count_key() {
  if (notes_.epoch == record_.epoch) return;
  std::uint32_t largest = notes_.key_number;
  for (const BackupStore& store : stores_) {
    for (const auto& copy : list_backups(store).value_or(std::vector<keystore::BackupCopy>()))
      if (copy.name.host == own_name_) largest = std::max(largest, copy.name.key_number);
  }
  const bool at_end = largest == std::numeric_limits<std::uint32_t>::max();
  notes_.key_number = at_end ? largest : largest + 1;
  notes_.epoch = record_.epoch;
}

void Placing::forget_destinations_that_were_left() {
  std::erase_if(notes_.notes, [&](const BackupNote& note) {
    return std::ranges::none_of(
        stores_, [&](const BackupStore& store) { return text_of(store.destination) == note.destination; });
  });
}

Placing::Copy Placing::copy_of(const Matter& matter, BackupFormat format) const {
  return {.name = {.fleet = record_.fleet,
                   .generation = record_.generation,
                   .host = own_name_,
                   .time = platform::now(),
                   .key_number = notes_.key_number,
                   .content = matter.content,
                   .format = format},
          .epoch = record_.epoch,
          .revision = matter.revision,
          .recipients = digest_of(recipients_, format),
          .content = std::nullopt};
}

Result<void> Placing::place_unless_there(const BackupStore& store, const Matter& matter, Copy& copy) {
  const BackupNote* before = notes_.find(text_of(store.destination), matter.content, copy.name.format);
  if (before != nullptr && copy.would_be_the_same(*before)) {
    if (belief_ == Belief::notes || TRY(is_there(store, *before))) return keep(*before);
  }
  if (host_.options.dry_run) {
    report_.lines.push_back("would store " + copy.name.text() + " at " + text_of(store.destination));
    return {};
  }
  if (!copy.content) copy.content = TRY(matter.seal(copy.name.format));
  return put(store, before, copy);
}

Result<bool> Placing::is_there(const BackupStore& store, const BackupNote& note) {
  const auto stored = get_backup(store, note.name);
  if (!stored && stored.error().kind != ErrorKind::not_found) return tl::unexpected(stored.error());
  if (stored && digest_of(*stored) == note.digest) return true;
  report_.warnings.push_back(
      note.name.text() + " at " + note.destination +
      (stored ? " is not what was stored there; a new copy goes beside it" : " is gone; a new copy takes its place"));
  return false;
}

Result<void> Placing::keep(BackupNote note) {
  BackupPart part = part_of(note.destination, BackupResult::unchanged);
  part.name = note.name.text();
  part.stored = note.stored;
  report_.backups->push_back(std::move(part));
  if (belief_ == Belief::notes) return {};
  report_.lines.push_back(note.destination + " has it already: " + note.name.text());
  if (host_.options.dry_run) return {};
  note.seen = platform::now();
  notes_.put(std::move(note));
  return store(notes_, host_.files.state_directory);
}

Result<void> Placing::put(const BackupStore& store, const BackupNote* before, const Copy& copy) {
  BackupName name = copy.name;
  // The order of names is that of the copies, whatever this host's clock says.
  if (before != nullptr) name.time = std::max(name.time, before->name.time + std::chrono::seconds(1));
  const Placement placement = TRY(put_under_a_free_name(store, name, *copy.content));
  const auto now = platform::now();
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
                        .mount = placement.mount};
  tell_stored(note, copy.content->size());
  notes_.put(note);
  return agent::store(notes_, host_.files.state_directory);
}

void Placing::tell_stored(const BackupNote& note, std::size_t size) {
  BackupPart part = part_of(note.destination, BackupResult::stored);
  part.name = note.name.text();
  part.size = size;
  part.stored = note.stored;
  report_.changed = true;
  report_.lines.push_back("stored " + part.name + " at " + note.destination);
  report_.backups->push_back(std::move(part));
}

void Placing::tell_failure(const std::string& destination, const Matter& matter, const platform::Error& error) {
  BackupPart part = part_of(destination, BackupResult::failed);
  part.detail = error.message;
  report_.backups->push_back(std::move(part));
  const std::string advice = advice_for(error.kind, host_.options);
  report_.warnings.push_back(std::string(what_failed(matter.content)) + destination + ": " + error.message +
                             (advice.empty() ? "" : "; " + advice));
  // A command that does something else besides has done that; and settings are second to the key.
  const bool asked_for = belief_ == Belief::what_is_there && matter.content == BackupName::Content::key;
  report_.code = worst(report_.code, asked_for ? exit_code_for(error.kind) : exit_attention);
  failed_.insert(destination);
}

}  // namespace agent::commands
