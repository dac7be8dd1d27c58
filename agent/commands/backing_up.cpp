#include "agent/commands/backing_up.h"

#include <algorithm>
#include <limits>

#include "agent/backup_place.h"
#include "agent/member.h"

namespace agent::commands {

namespace {

using keystore::BackupName;
using platform::Bytes;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

// Two backups within one second have names of two.
constexpr int names_tried = 5;

struct Copy {
  BackupName name;
  std::string epoch;
  std::string recipients;  // digest
  std::optional<Bytes> content;
};

// Nobody waits for a store in a command that has something else to do, when the notes say that all is done.
enum class Belief : std::uint8_t { notes, what_is_there };

class Run {
 public:
  Run(const Host& host, const RecordedKey& recorded, const BackupRecipients& recipients, Belief belief, Report& report)
      : host_(host), recorded_(recorded), recipients_(recipients), belief_(belief), report_(report) {
    notes_ = load_backup_notes(host.place.state_directory);
    const bool beside = belief == Belief::notes;
    stores_ = backup_stores(host, notes_,
                            beside ? std::chrono::milliseconds(limits::backup_patience_beside)
                                   : std::chrono::milliseconds(limits::backup_patience));
    if (!report.backups) report.backups.emplace();
  }

  Result<void> back_up() {
    const std::string own_name = TRY(backup_host(host_));
    count_key(own_name);
    forget_destinations_that_were_left();
    for (const BackupFormat format : formats_for(recipients_)) {
      Copy copy{.name = {.fleet = recorded_.record.fleet,
                         .generation = recorded_.record.generation,
                         .host = own_name,
                         .time = platform::now(),
                         .key_number = notes_.key_number,
                         .format = format},
                .epoch = recorded_.record.epoch,
                .recipients = digest_of(recipients_, format),
                .content = std::nullopt};
      for (const BackupStore& store : stores_) place(store, copy);
    }
    return {};
  }

 private:
  // A key that is new here has a number that no copy of this host has, also when the notes were lost.
  void count_key(const std::string& own_name) {
    if (notes_.epoch == recorded_.record.epoch) return;
    std::uint32_t largest = notes_.key_number;
    for (const BackupStore& store : stores_) {
      for (const auto& copy : list_backups(store).value_or(std::vector<keystore::BackupCopy>()))
        if (copy.name.host == own_name) largest = std::max(largest, copy.name.key_number);
    }
    const bool at_end = largest == std::numeric_limits<std::uint32_t>::max();
    notes_.key_number = at_end ? largest : largest + 1;
    notes_.epoch = recorded_.record.epoch;
  }

  void forget_destinations_that_were_left() {
    std::erase_if(notes_.notes, [&](const BackupNote& note) {
      return std::ranges::none_of(
          stores_, [&](const BackupStore& store) { return text_of(store.destination) == note.destination; });
    });
  }

  [[nodiscard]] bool would_be_the_same(const BackupNote& before, const Copy& copy) const {
    return before.epoch == copy.epoch && before.name.fleet == copy.name.fleet &&
           before.name.generation == copy.name.generation && before.name.host == copy.name.host &&
           !copy.recipients.empty() && before.recipients == copy.recipients;
  }

  void place(const BackupStore& store, Copy& copy) {
    const std::string destination = text_of(store.destination);
    const BackupNote* before = notes_.find(destination, copy.name.content, copy.name.format);
    const auto placed = place_unless_there(store, before, copy);
    if (!placed) tell_failure(destination, placed.error());
  }

  Result<void> place_unless_there(const BackupStore& store, const BackupNote* before, Copy& copy) {
    if (before != nullptr && would_be_the_same(*before, copy)) {
      if (belief_ == Belief::notes || TRY(is_there(store, *before))) return keep(*before);
    }
    if (host_.options.dry_run) return tell_what_would_be(store, copy);
    if (!copy.content) copy.content = TRY(seal(copy.name.format));
    return put(store, before, copy);
  }

  [[nodiscard]] Result<Bytes> seal(BackupFormat format) const {
    return seal_backup(recorded_.key.duplicate_bytes(), recipients_, format, host_.options.armor);
  }

  Result<bool> is_there(const BackupStore& store, const BackupNote& note) {
    const auto stored = get_backup(store, note.name);
    if (!stored && stored.error().kind != ErrorKind::not_found) return tl::unexpected(stored.error());
    if (stored && digest_of(*stored) == note.digest) return true;
    report_.warnings.push_back(
        note.name.text() + " at " + note.destination +
        (stored ? " is not what was stored there; a new copy goes beside it" : " is gone; a new copy takes its place"));
    return false;
  }

  Result<void> keep(BackupNote note) {
    report_.backups->push_back({.destination = note.destination,
                                .name = note.name.text(),
                                .result = BackupResult::unchanged,
                                .size = std::nullopt,
                                .stored = note.stored,
                                .detail = ""});
    if (belief_ == Belief::notes) return {};
    report_.lines.push_back(note.destination + " has it already: " + note.name.text());
    if (host_.options.dry_run) return {};
    note.seen = platform::now();
    notes_.put(std::move(note));
    return store(notes_, host_.place.state_directory);
  }

  Result<void> tell_what_would_be(const BackupStore& store, const Copy& copy) {
    report_.lines.push_back("would store " + copy.name.text() + " at " + text_of(store.destination));
    return {};
  }

  Result<void> put(const BackupStore& store, const BackupNote* before, const Copy& copy) {
    BackupName name = copy.name;
    // The order of names is that of the copies, whatever this host's clock says.
    if (before != nullptr) name.time = std::max(name.time, before->name.time + std::chrono::seconds(1));
    const Placement placement = TRY(put_under_a_free_name(store, name, *copy.content));
    const auto now = platform::now();
    const bool same_key = before != nullptr && before->epoch == copy.epoch;
    const BackupNote note{.destination = text_of(store.destination),
                          .name = name,
                          .epoch = copy.epoch,
                          .digest = digest_of(*copy.content),
                          .recipients = copy.recipients,
                          .first = same_key ? before->first : now,
                          .stored = now,
                          .seen = now,
                          .drilled = same_key ? before->drilled : std::nullopt,
                          .mount = placement.mount};
    tell_stored(note, copy.content->size());
    notes_.put(note);
    return agent::store(notes_, host_.place.state_directory);
  }

  static Result<Placement> put_under_a_free_name(const BackupStore& store, BackupName& name, const Bytes& content) {
    for (int tries = 1;; ++tries) {
      auto placed = put_backup(store, name, content);
      if (placed || placed.error().kind != ErrorKind::exists || tries == names_tried) return placed;
      name.time += std::chrono::seconds(1);
    }
  }

  void tell_stored(const BackupNote& note, std::size_t size) {
    report_.changed = true;
    report_.lines.push_back("stored " + note.name.text() + " at " + note.destination);
    report_.backups->push_back({.destination = note.destination,
                                .name = note.name.text(),
                                .result = BackupResult::stored,
                                .size = size,
                                .stored = note.stored,
                                .detail = ""});
  }

  void tell_failure(const std::string& destination, const platform::Error& error) {
    report_.backups->push_back({.destination = destination,
                                .name = "",
                                .result = BackupResult::failed,
                                .size = std::nullopt,
                                .stored = std::nullopt,
                                .detail = error.message});
    const std::string advice = advice_for(error.kind, host_.options);
    report_.warnings.push_back("not backed up to " + destination + ": " + error.message +
                               (advice.empty() ? "" : "; " + advice));
    report_.code = worst(report_.code, belief_ == Belief::notes ? exit_attention : exit_code_for(error.kind));
  }

  const Host& host_;
  const RecordedKey& recorded_;
  const BackupRecipients& recipients_;
  Belief belief_;
  Report& report_;
  BackupNotes notes_;
  std::vector<BackupStore> stores_;
};

Result<void> back_up_believing(const Host& host, const BackupRecipients& recipients, Belief belief, Report& report) {
  std::optional<platform::FileLock> lock;
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  const RecordedKey recorded = TRY(recorded_key(host));
  return Run(host, recorded, recipients, belief, report).back_up();
}

}  // namespace

Result<RecordedKey> recorded_key(const Host& host) {
  keystore::Holding holding = TRY(lock_holding(host)).holding;
  const std::string file = host.place.key_file.string();
  if (holding.state == keystore::KeyState::absent && holding.record)
    return fail(ErrorKind::lost_key, "the key of this host is missing from " + file);
  if (holding.state == keystore::KeyState::absent)
    return fail(ErrorKind::no_key, "there is no key on this host that could be backed up");
  if (!holding.key) return tl::unexpected(*holding.key_problem);
  if (holding.is_recorded) return RecordedKey{*std::move(holding.key), *std::move(holding.record)};
  if (holding.record)
    return fail(ErrorKind::not_recorded, "the key in " + file + " is not the one recorded for this host");
  return fail(ErrorKind::unsure, "the key in " + file + " is not recorded yet; 'genkey-agent ensure' records it");
}

Result<void> back_up(const Host& host, const BackupRecipients& recipients, Report& report) {
  return back_up_believing(host, recipients, Belief::what_is_there, report);
}

void back_up_beside(const Host& host, Report& report) {
  if (host.options.dry_run) return;
  if (!has_recipients(host.config) || host.config.destinations.empty()) {
    const bool brought_it = report.command == Command::generate || report.command == Command::import;
    if (brought_it) report.warnings.push_back(not_backed_up(host.options));
    return;
  }
  // The options of this command are none of backup's.
  const auto recipients = read_recipients(Options(), host.config);
  const auto done = recipients ? back_up_believing(host, *recipients, Belief::notes, report)
                               : Result<void>(tl::unexpected(recipients.error()));
  if (done) return;
  report.code = worst(report.code, exit_attention);
  report.warnings.push_back("not backed up: " + done.error().message +
                            "; when that is mended: " + command_line_for(host.options, "backup"));
}

}  // namespace agent::commands
