// SPDX-License-Identifier: ISC
// Installing a key on a disk that fails or loses power at every call in turn.
#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "tests/support/posix/memory_disk.h"

namespace {

using platform::Bytes;
using platform::ErrorKind;
using platform::install_file;
using platform::NewFile;
using platform::Result;
using tests::DiskAbilities;
using tests::MemoryDisk;
using tests::StoredFile;

constexpr const char* key_name = "gen.key";
constexpr std::size_t more_calls_than_there_are = 64;

const Bytes new_content(24, std::byte{0x4e});
const StoredFile new_key{new_content, 998, 997, 0600};
const StoredFile old_key{Bytes(24, std::byte{0x4f}), 998, 997, 0400};

struct Situation {
  const char* name = nullptr;
  DiskAbilities abilities;
  NewFile::Existing existing = NewFile::Existing::refuse;
};

constexpr std::array<Situation, 6> situations = {{
    {"a new key, nameless files", {true, true}, NewFile::Existing::refuse},
    {"a new key, no nameless files", {false, true}, NewFile::Existing::refuse},
    {"a new key, neither nameless files nor a safe rename", {false, false}, NewFile::Existing::refuse},
    {"a key replaced, nameless files", {true, true}, NewFile::Existing::replace},
    {"a key replaced, no nameless files", {false, true}, NewFile::Existing::replace},
    {"a key replaced, neither nameless files nor a safe rename", {false, false}, NewFile::Existing::replace},
}};

MemoryDisk disk_for(const Situation& situation) { return MemoryDisk(situation.abilities); }

void prepare(MemoryDisk& disk, const Situation& situation) {
  if (situation.existing == NewFile::Existing::replace) disk.store(key_name, old_key);
  disk.write_at_most(10);
}

Result<void> install(MemoryDisk& disk, const Situation& situation) {
  return install_file({.path = "/etc/mongodb-mms/gen.key",
                       .content = new_content,
                       .uid = new_key.uid,
                       .gid = new_key.gid,
                       .mode = new_key.mode,
                       .existing = situation.existing},
                      disk);
}

bool holds_old_state(const MemoryDisk::Names& names, const Situation& situation) {
  const auto found = names.find(key_name);
  if (situation.existing == NewFile::Existing::refuse) return found == names.end();
  return found != names.end() && found->second == old_key;
}

bool holds_new_key(const MemoryDisk::Names& names) {
  const auto found = names.find(key_name);
  return found != names.end() && found->second == new_key;
}

std::size_t stray_names(const MemoryDisk::Names& names) { return names.size() - names.count(key_name); }

TEST_CASE("a key that was installed is there with its owner and mode, and survives a loss of power") {
  for (const Situation& situation : situations) {
    CAPTURE(situation.name);
    MemoryDisk disk = disk_for(situation);
    prepare(disk, situation);
    REQUIRE(install(disk, situation));
    CHECK(holds_new_key(disk.names()));
    CHECK(stray_names(disk.names()) == 0);
    CHECK(disk.open_files() == 0);
    for (const auto& names : disk.after_power_loss()) CHECK(holds_new_key(names));
  }
}

TEST_CASE("installing a new key costs two syncs and one link or rename") {
  for (const bool nameless : {true, false}) {
    CAPTURE(nameless);
    MemoryDisk disk({.nameless_files = nameless, .rename_new = true});
    REQUIRE(install(disk, situations[0]));
    CHECK(disk.count_of("sync") == 2);
    CHECK(disk.count_of("link_unnamed") + disk.count_of("link") + disk.count_of("rename_new") +
              disk.count_of("rename") ==
          1);
  }
}

TEST_CASE("a file that replaces another is synced before it has the name, and its name afterwards") {
  for (const bool nameless : {true, false}) {
    CAPTURE(nameless);
    MemoryDisk disk({.nameless_files = nameless, .rename_new = true});
    disk.store(key_name, old_key);
    REQUIRE(install(disk, situations[3]));
    CHECK(disk.count_of("sync") == 2);
  }
}

TEST_CASE("when any one call fails, the old key or the new one is there, whole, and no stray copy") {
  for (const Situation& situation : situations) {
    for (const int error : {EIO, ENOSPC}) {
      std::size_t refusals = 0;
      for (std::size_t number = 1; number < more_calls_than_there_are; ++number) {
        CAPTURE(situation.name);
        CAPTURE(error);
        CAPTURE(number);
        MemoryDisk disk = disk_for(situation);
        prepare(disk, situation);
        disk.fail_call(number, error);
        const auto result = install(disk, situation);
        CHECK((holds_old_state(disk.names(), situation) || holds_new_key(disk.names())));
        if (result) CHECK(holds_new_key(disk.names()));
        CHECK(stray_names(disk.names()) == 0);
        CHECK(disk.open_files() == 0);
        if (!disk.has_failed()) break;
        refusals += result ? 0U : 1U;
        REQUIRE(number + 1 < more_calls_than_there_are);
      }
      // Every call counts but the closing of the directory, which nothing was written to.
      MemoryDisk whole = disk_for(situation);
      prepare(whole, situation);
      REQUIRE(install(whole, situation));
      CHECK(refusals == whole.total_calls() - 1);
    }
  }
}

TEST_CASE("a failure before the key has its name leaves the old key in place") {
  const Situation& situation = situations[3];
  for (const char* call : {"write", "change_owner", "change_mode", "rename"}) {
    CAPTURE(call);
    MemoryDisk disk = disk_for(situation);
    prepare(disk, situation);
    disk.fail_first(call, ENOSPC);
    const auto result = install(disk, situation);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::io);
    CHECK(result.error().message.find("/etc/mongodb-mms/gen.key") != std::string::npos);
    CHECK(result.error().message.find("No space left on device") != std::string::npos);
    CHECK(holds_old_state(disk.names(), situation));
  }
}

TEST_CASE("when power fails after any call, the old key or the new one is there, whole, with its owner and mode") {
  for (const Situation& situation : situations) {
    std::size_t losses = 0;
    for (std::size_t number = 1; number < more_calls_than_there_are; ++number) {
      CAPTURE(situation.name);
      CAPTURE(number);
      MemoryDisk disk = disk_for(situation);
      prepare(disk, situation);
      disk.lose_power_after_call(number);
      static_cast<void>(install(disk, situation));
      for (const auto& names : disk.after_power_loss()) {
        CHECK((holds_old_state(names, situation) || holds_new_key(names)));
      }
      if (!disk.has_lost_power()) break;
      ++losses;
    }
    CHECK(losses > 8);
  }
}

TEST_CASE("what a loss of power left under the temporary name is gone after the next installation") {
  for (const Situation& situation : situations) {
    CAPTURE(situation.name);
    MemoryDisk disk = disk_for(situation);
    prepare(disk, situation);
    disk.store(".gen.key.genkey-agent-new", {Bytes(7), 0, 0, 0600});
    REQUIRE(install(disk, situation));
    CHECK(stray_names(disk.names()) == 0);
    CHECK(holds_new_key(disk.names()));
  }
}

TEST_CASE("a new key never replaces one that somebody else installed first") {
  for (std::size_t index = 0; index < 3; ++index) {
    CAPTURE(situations[index].name);
    MemoryDisk disk = disk_for(situations[index]);
    disk.store(key_name, old_key);
    const auto result = install(disk, situations[index]);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::exists);
    CHECK(result.error().message == "/etc/mongodb-mms/gen.key exists already");
    CHECK(disk.names().at(key_name) == old_key);
    CHECK(stray_names(disk.names()) == 0);
  }
}

TEST_CASE("a key that changed since it was looked at is not replaced") {
  MemoryDisk disk(DiskAbilities{});
  disk.store(key_name, old_key);
  const auto result = install_file({.path = "/etc/mongodb-mms/gen.key",
                                    .content = new_content,
                                    .existing = NewFile::Existing::replace,
                                    .replaces = platform::FileFacts{.size = 24, .inode = 4711}},
                                   disk);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ErrorKind::exists);
  CHECK(disk.names() == MemoryDisk::Names{{key_name, old_key}});
}

}  // namespace
