// SPDX-License-Identifier: ISC
// backup drill: opens copies with an identity, as a restore would, and compares their content with this host's record.
// Nothing is installed, and the plaintext stays in locked memory.
#include "agent/backups/encryption.h"
#include "agent/backups/host_backups.h"
#include "agent/backups/host_state.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/report/advice.h"
#include "keystore/host_key/host_key.h"

namespace agent::commands {

namespace {

using Content = keystore::BackupName::Content;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

class Drill {
 public:
  Drill(const Host& host, const BackupIdentities& identities, keystore::Record record, Report& report)
      : host_(host),
        identities_(identities),
        record_(std::move(record)),
        report_(report),
        notes_(load_backup_notes(host.files.state_directory)) {
    report_.backups.emplace();
  }

  Result<void> open_given(const std::string& what) {
    // An error ends the command here, since the person named this one copy.
    const FoundBackup found = TRY(find_backup(host_, what));
    const BackupPart part{.destination = found.destination.value_or(found.origin),
                          .name = found.name ? found.name->text() : "",
                          .result = BackupResult::opened,
                          .size = found.content.size()};
    // A file without a backup's name is taken for a key, the usual case.
    const Content content = found.name ? found.name->content : Content::key;
    TRY(open(found.content, content));
    tell_opened(part, content);
    note_drilled(digest_of(found.content));
    return {};
  }

  void open_newest(const BackupStore& store) {
    // Both, because a restore needs both, and a key that opens says nothing about the settings.
    open_newest(store, Content::key);
    open_newest(store, Content::host_state);
  }

  [[nodiscard]] const BackupNotes& notes() const { return notes_; }

 private:
  void open_newest(const BackupStore& store, Content content) {
    const std::string destination = text_of(store.destination);
    bool opened = false;
    std::vector<std::pair<BackupPart, platform::Error>> failures;
    for (const BackupNote& note : notes_of(destination, content)) {
      BackupPart part{
          .destination = destination, .name = note.name.text(), .result = BackupResult::opened, .stored = note.stored};
      const auto done = open_noted(store, note);
      opened = opened || done;
      if (done)
        tell_opened(part, content);
      else
        failures.emplace_back(std::move(part), done.error());
    }
    // Settings may be switched off, so only a missing copy of the key is a fault.
    if (!opened && failures.empty() && content == Content::key) tell_no_copy(destination);
    for (const auto& [part, error] : failures) {
      // A destination may have copies in two formats, and the user gave the identity for one of them.
      if (!opened || error.kind != ErrorKind::wrong_identity) tell_failure(part, error);
    }
  }

  std::vector<BackupNote> notes_of(const std::string& destination, Content content) const {
    std::vector<BackupNote> found;
    for (const BackupNote& note : notes_.notes) {
      // Copies of an earlier key cannot match the record.
      const bool fits = note.destination == destination && note.epoch == record_.epoch;
      if (fits && note.name.content == content) found.push_back(note);
    }
    return found;
  }

  Result<void> open_noted(const BackupStore& store, const BackupNote& note) {
    const auto content = TRY(get_backup(store, note.name));
    // Anybody who knows a recipient can encrypt to it, so a copy that opens may be forged. A key is checked against the
    // record. Settings can only be checked by the digest in the notes.
    if (digest_of(content) != note.digest && note.name.content == Content::host_state)
      return fail(ErrorKind::bad_backup, "its bytes are not those that were stored");
    TRY(open(content, note.name.content));
    note_drilled(digest_of(content));
    return {};
  }

  Result<void> open(platform::BytesView sealed, Content content) {
    auto plaintext = TRY(open_backup(sealed, identities_));
    if (content == Content::host_state) {
      TRY(unpack_host_state(host_, std::move(plaintext)));
      return {};
    }
    const auto key = TRY(keystore::GenKey::create(std::move(plaintext)));
    // A copy that opens may still hold another key, for example of a host with the same name. Only the record decides.
    if (keystore::is_recorded(keystore::KeyProof(key), record_)) return {};
    return fail(ErrorKind::not_recorded, "it opens, and the key in it is not the one recorded for this host");
  }

  // By digest and not by destination: a drill of the same bytes elsewhere, or of a file that was carried here, proves
  // as much.
  void note_drilled(const std::string& digest) {
    for (BackupNote& note : notes_.notes) {
      if (note.digest == digest) note.drilled = platform::now();
    }
  }

  void tell_opened(const BackupPart& part, Content content) {
    report_.backups->push_back(part);
    const std::string name = part.name.empty() ? "" : part.name + " at ";
    report_.lines.push_back(
        name + part.destination + ": opens, and holds " +
        (content == Content::key ? "the key of fleet " + record_.fleet.hex() : std::string("Ops Manager's settings")));
  }

  void tell_no_copy(const std::string& destination) {
    tell_failure({.destination = destination}, {ErrorKind::not_found,
                                                "no copy of this key is known there",
                                                {{"to make one", command_line_for(host_.options, "backup")}}});
  }

  void tell_failure(BackupPart part, const platform::Error& error) {
    // The results differ in what a person has to do: another copy, another identity, or a look at the store.
    part.result = error.kind == ErrorKind::not_recorded     ? BackupResult::other_key
                  : error.kind == ErrorKind::wrong_identity ? BackupResult::not_opened
                  : error.kind == ErrorKind::bad_backup     ? BackupResult::damaged
                                                            : BackupResult::failed;
    part.detail = error.message;
    const std::string name = part.name.empty() ? "" : part.name + " at ";
    report_.warnings.push_back(message_about(error, host_.options, name + part.destination + ": "));
    report_.code = worst(report_.code, exit_code_for(error.kind));
    report_.backups->push_back(std::move(part));
  }

  const Host& host_;
  const BackupIdentities& identities_;
  keystore::Record record_;
  Report& report_;
  BackupNotes notes_;
};

Result<keystore::Record> record_of(const Host& host) {
  auto holding = TRY(keystore::load(host.files));
  if (holding.record) return *std::move(holding.record);
  // A damaged record is not the same as none, and its message says what to do.
  if (holding.record_problem) return tl::unexpected(*holding.record_problem);
  return fail(ErrorKind::no_key, "this host has no record of a key that a copy could be compared with");
}

}  // namespace

Result<Report> backup_drill(const Host& host) {
  if (!host.options.backup && host.config.destinations.empty())
    return fail(ErrorKind::no_destination, "no destination is configured, and no BACKUP given");
  Report report{.command = Command::backup_drill, .changed = false};
  // Before the passphrase is asked for: without a record there is nothing to compare with.
  keystore::Record record = TRY(record_of(host));
  const BackupIdentities identities = TRY(read_identities(host.options));
  std::optional<platform::FileLock> lock;
  if (!host.options.dry_run) lock = TRY(lock_backups(host));
  Drill drill(host, identities, std::move(record), report);
  const BackupNotes before = drill.notes();
  if (host.options.backup) {
    TRY(drill.open_given(*host.options.backup));
  } else {
    for (const BackupStore& store : backup_stores(host, before)) drill.open_newest(store);
  }
  if (!host.options.dry_run && drill.notes() != before) TRY(save(drill.notes(), host.files.state_directory));
  return report;
}

}  // namespace agent::commands
