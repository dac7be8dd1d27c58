// SPDX-License-Identifier: ISC
// backup check: whether this host's copies are whole, as far as that shows without an identity: their form, their
// recipients, and whether the newest one still has the bytes that were stored.
#include <algorithm>

#include "agent/backups/encryption.h"
#include "agent/backups/host_backups.h"
#include "agent/commands/table.h"
#include "agent/config/combined_settings.h"
#include "agent/config/typed_commands.h"
#include "keystore/age/file.h"

namespace agent::commands {

namespace {

using keystore::BackupName;
using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

// The plaintext of a copy of a key has exactly 24 bytes. Its size shows without opening it.
Result<void> check_age(BytesView content, const BackupName& name) {
  const auto inspection = TRY(keystore::age::inspect(content));
  const bool fits = name.content != BackupName::Content::key || inspection.plaintext_size == keystore::GenKey::size;
  if (fits) return {};
  return fail(ErrorKind::bad_backup,
              "it has " + std::to_string(inspection.plaintext_size) + " bytes in it and not the 24 of a key");
}

Result<void> check_form(BytesView content, const BackupName& name) {
  if (name.format == BackupName::Format::age) return check_age(content, name);
  TRY(keystore::cms::inspect(content));
  return {};
}

class Check {
 public:
  Check(const Host& host, std::string own_name, Report& report)
      : host_(host),
        own_name_(std::move(own_name)),
        report_(report),
        notes_(load_backup_notes(host.files.state_directory)) {
    report_.backups.emplace();
  }

  void check(const BackupStore& store) {
    const std::string destination = text_of(store.destination);
    const auto copies = list_backups(store);
    // The other destinations are checked all the same: one silent store must not hide a damaged copy elsewhere.
    if (!copies) return tell(destination, "", BackupResult::failed, copies.error().message);
    std::vector<BackupName> present;
    for (const keystore::BackupCopy& copy : *copies) {
      // Copies of other hosts are checked by those hosts, which have the notes of them.
      if (copy.name.host != own_name_) continue;
      present.push_back(copy.name);
      check_copy(store, copy.name);
    }
    // A noted copy that is missing from the list was removed by somebody or something other than this program.
    for (const BackupNote& note : notes_.notes) {
      if (note.destination == destination && std::ranges::find(present, note.name) == present.end())
        tell(destination, note.name.text(), BackupResult::missing, "it was stored, and is not there any more");
    }
  }

  Result<void> check_recipients() {
    if (!has_recipients(host_.config)) return {};
    // The options of this command are left out: the question is whether the copies fit the configuration.
    const BackupRecipients wanted = TRY(read_recipients(Options(), host_.config));
    for (const BackupNote& note : notes_.notes) {
      // After a recipient was removed, the old copies still open with its identity. Only a new backup changes that.
      if (note.recipients == digest_of(wanted, note.name.format)) continue;
      report_.code = worst(report_.code, exit_attention);
      report_.warn(note.name.text() + " at " + note.destination + " is not encrypted to the configured recipients",
                   {{"for a copy that is", command_line_for(host_.options, "backup")}});
    }
    return {};
  }

  [[nodiscard]] const BackupNotes& notes() const { return notes_; }

 private:
  BackupNote* note_of(const std::string& destination, const BackupName& name) {
    const auto found = std::ranges::find_if(
        notes_.notes, [&](const BackupNote& note) { return note.destination == destination && note.name == name; });
    return found == notes_.notes.end() ? nullptr : &*found;
  }

  void check_copy(const BackupStore& store, const BackupName& name) {
    const std::string destination = text_of(store.destination);
    const auto content = get_backup(store, name);
    if (!content) return tell(destination, name.text(), BackupResult::failed, content.error().message);
    BackupNote* note = note_of(destination, name);
    // Before the form: a copy that was exchanged for another valid one has a perfect form.
    if (note != nullptr && digest_of(*content) != note->digest)
      return tell(destination, name.text(), BackupResult::changed, "its bytes are not those that were stored");
    const auto sound = check_form(*content, name);
    if (!sound) return tell(destination, name.text(), BackupResult::damaged, sound.error().message);
    // Only a copy that has a note was compared with what was stored. Without one, its form is all that is known.
    if (note != nullptr) note->seen = platform::now();
    tell(destination, name.text(), BackupResult::whole, note == nullptr ? "its form is sound" : "");
  }

  void tell(const std::string& destination, const std::string& name, BackupResult result, const std::string& detail) {
    report_.backups->push_back({.destination = destination, .name = name, .result = result, .detail = detail});
    const std::string what = name.empty() ? destination : name + " at " + destination;
    std::string line = what + ": " + std::string(name_of(result)) + (detail.empty() ? "" : ", " + detail);
    if (result == BackupResult::whole) {
      report_.lines.push_back(std::move(line));
    } else {
      report_.warn(std::move(line));
      // Never exit_attention: a copy that cannot be used is what this command is there to find.
      report_.code = worst(report_.code, exit_failed);
    }
  }

  const Host& host_;
  std::string own_name_;
  Report& report_;
  BackupNotes notes_;
};

}  // namespace

Result<Report> backup_check(const Host& host) {
  if (host.config.destinations.empty()) return fail(ErrorKind::no_destination, "no destination is configured");
  const std::string own_name = TRY(backup_host(host));
  std::optional<platform::FileLock> lock;
  // A backup that runs at the same time would change the notes that the copies are compared with.
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  Report report{.command = Command::backup_check, .changed = false};
  Check check(host, own_name, report);
  for (const BackupStore& store : backup_stores(host, check.notes())) check.check(store);
  TRY(check.check_recipients());
  if (!host.options.dry_run && !check.notes().notes.empty()) TRY(save(check.notes(), host.files.state_directory));
  if (report.backups->empty()) report.lines.emplace_back("there are no copies of this host");
  return report;
}

}  // namespace agent::commands
