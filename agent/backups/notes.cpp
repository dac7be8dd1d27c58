// SPDX-License-Identifier: ISC
#include "agent/backups/notes.h"

#include <algorithm>

#include <sodium.h>

#include "agent/base/limits.h"
#include "agent/base/public_note.h"

namespace agent {

namespace {

using keystore::BackupName;
using platform::Path;
using platform::Result;

Path notes_path(const Path& state_directory) { return state_directory / "backups.json"; }

}  // namespace

// put() keeps at most one note for each destination, content and format, so the first match is the only one.
const BackupNote* BackupNotes::find(std::string_view destination, BackupName::Content content,
                                    BackupName::Format format) const {
  const auto found = std::ranges::find_if(notes, [&](const BackupNote& note) {
    return note.destination == destination && note.name.content == content && note.name.format == format;
  });
  return found == notes.end() ? nullptr : &*found;
}

void BackupNotes::put(BackupNote note) {
  // Replaced and not added: an old note would go on reporting a copy that a newer copy has superseded.
  std::erase_if(notes, [&](const BackupNote& other) {
    return other.destination == note.destination && other.name.content == note.name.content &&
           other.name.format == note.name.format;
  });
  notes.push_back(std::move(note));
}

std::string digest_of(platform::BytesView bytes) {
  std::array<std::byte, crypto_hash_sha256_BYTES> out{};
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return platform::hex_encode(out);
}

// Without notes a backup makes new copies, which is always safe. So no failure is reported.
BackupNotes load_backup_notes(const Path& state_directory) {
  return load_public_note(notes_path(state_directory), limits::backup_note_file, decode_backup_notes)
      .value_or(BackupNotes());
}

Result<void> save(const BackupNotes& notes, const Path& state_directory) {
  return save_public_note(notes_path(state_directory), encode(notes));
}

}  // namespace agent
