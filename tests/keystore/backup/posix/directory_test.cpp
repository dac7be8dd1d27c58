// SPDX-License-Identifier: ISC
// A directory of backups on a disk that is full, fails or loses power: copies that are whole or not there.
#include "keystore/backup/directory.h"

#include <cerrno>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"
#include "tests/support/posix/memory_disk.h"
#include "tests/support/temporary_directory.h"

using keystore::BackupDirectory;
using keystore::BackupName;
using platform::Bytes;
using tests::MemoryDisk;
using tests::TemporaryDirectory;

namespace {

BackupName name_of(const char* host) {
  return {.fleet = tests::fleet(1),
          .generation = 1,
          .host = host,
          .time = platform::Time(std::chrono::seconds(1'795'314'557))};
}

}  // namespace

TEST_CASE("a disk that is full, or fails at any call, is told and leaves no part of a copy") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  const Bytes content(1000, std::byte{0x5a});
  for (const bool nameless : {true, false}) {
    for (std::size_t number = 1;; ++number) {
      CAPTURE(number);
      MemoryDisk disk({.nameless_files = nameless});
      disk.write_at_most(400);
      disk.fail_call(number, ENOSPC);
      const auto put = keystore::put(directory, name_of("om1"), content, disk);
      if (!disk.has_failed()) break;
      if (!put) CHECK(put.error().message.find("No space left on device") != std::string::npos);
      for (const auto& [name, file] : disk.names()) {
        CHECK(name == name_of("om1").text());
        CHECK(file.content == content);
      }
      REQUIRE(number < 100);
    }
  }
}

TEST_CASE("when power fails at any call, a copy is there whole or not at all") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  const Bytes content(1000, std::byte{0x5a});
  for (std::size_t number = 1;; ++number) {
    CAPTURE(number);
    MemoryDisk disk({});
    disk.lose_power_after_call(number);
    const auto put = keystore::put(directory, name_of("om1"), content, disk);
    for (const auto& names : disk.after_power_loss()) {
      if (put) CHECK(names.size() == 1);
      for (const auto& [name, file] : names) CHECK(file.content == content);
    }
    if (!disk.has_lost_power()) break;
    REQUIRE(number < 100);
  }
}
