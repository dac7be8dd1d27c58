// SPDX-License-Identifier: ISC
// What is remembered of backups: it comes back as it was, and nothing that others could have written is believed.
#include "agent/backups/notes.h"

#include <doctest/doctest.h>

#include "tests/agent/samples.h"
#include "tests/support/this_system.h"

using agent::BackupNote;
using agent::BackupNotes;
using keystore::BackupName;
using platform::Time;
using std::chrono::seconds;

namespace {

constexpr Time then{seconds(1'700'000'000)};

BackupNote note(const std::string& destination, BackupName::Format format = BackupName::Format::age) {
  return {.destination = destination,
          .name = {.fleet = tests::fleet(0xab), .host = "om1", .time = then, .key_number = 2, .format = format},
          .epoch = "00000000000000aa",
          .revision = "00000000000000bb",
          .digest = std::string(64, 'd'),
          .recipients = std::string(64, 'e'),
          .first = then,
          .stored = then + seconds(1),
          .seen = then + seconds(2),
          .drilled = then + seconds(3),
          .mount = tests::absolute("/mnt/nfs")};
}

BackupNotes notes() {
  return {.key_number = 2, .epoch = "00000000000000aa", .notes = {note(tests::file_url("/a")), note("s3://bucket/om")}};
}

// The text of notes() with one part of it replaced.
std::string with(std::string_view part, std::string_view other) {
  std::string text = encode(notes());
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), other);
}

void check_refused(const std::string& text) {
  CAPTURE(text);
  const auto read = agent::decode_backup_notes(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == platform::ErrorKind::configuration);
}

}  // namespace

TEST_CASE("notes of backups come back as they were") {
  const auto read = agent::decode_backup_notes(encode(notes()));
  REQUIRE(read);
  CHECK(*read == notes());
}

TEST_CASE("notes of backups without a drill, a mount, a revision or known recipients come back as they were") {
  BackupNotes bare = notes();
  bare.notes.front().drilled.reset();
  bare.notes.front().mount.reset();
  bare.notes.front().recipients.clear();
  bare.notes.front().revision.clear();
  const auto read = agent::decode_backup_notes(encode(bare));
  REQUIRE(read);
  CHECK(*read == bare);
}

TEST_CASE("no notes of backups are empty ones") {
  CHECK(*agent::decode_backup_notes(encode(BackupNotes())) == BackupNotes());
  CHECK(agent::load_backup_notes("/nowhere") == BackupNotes());
}

TEST_CASE("notes of backups with anything that cannot be are refused as a whole") {
  check_refused("");
  check_refused("[]");
  check_refused(with("genkey-agent/backups/1", "genkey-agent/backups/2"));
  check_refused(with("\"key_number\": 2", "\"key_number\": -2"));
  check_refused(with("\"key_number\": 2", "\"key_number\": 4294967296"));
  check_refused(with(tests::file_url("/a"), "file://a"));
  check_refused(with(tests::file_url("/a"), "ftp://a"));
  check_refused(with("-k2.age", "-k02.age"));
  check_refused(with("-om1-", "-om/1-"));
  check_refused(with(tests::absolute("/mnt/nfs"), "mnt"));
  check_refused(with("/mnt/nfs", "/mnt\\u001b[2J"));
  check_refused(with("ddd", "ddD"));
  check_refused(with("00bb", "00bB"));
  check_refused(with("2023-11-14T22:13:20Z", "2023-11-14"));
}

TEST_CASE("a new note takes the place of that of the same destination, content and format, and of no other") {
  BackupNotes changed = notes();
  BackupNote fresh = note(tests::file_url("/a"));
  fresh.stored = then + seconds(100);
  changed.put(fresh);
  changed.put(note(tests::file_url("/a"), BackupName::Format::cms));
  CHECK(changed.notes.size() == 3);
  const auto* found = changed.find(tests::file_url("/a"), BackupName::Content::key, BackupName::Format::age);
  REQUIRE(found != nullptr);
  CHECK(found->stored == fresh.stored);
  CHECK(changed.find(tests::file_url("/b"), BackupName::Content::key, BackupName::Format::age) == nullptr);
}

TEST_CASE("a digest is SHA-256 in hex digits") {
  // FIPS 180-2, appendix B.1.
  CHECK(agent::digest_of(platform::view_of("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
