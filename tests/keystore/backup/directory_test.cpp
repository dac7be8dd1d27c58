// SPDX-License-Identifier: ISC
// A directory of backups: copies that are whole or not there, never overwritten, never under a mount that is gone.
#include "keystore/backup/directory.h"

#include <fstream>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/files/listing.h"
#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/this_system.h"

using keystore::BackupDirectory;
using keystore::BackupName;
using platform::Bytes;
using platform::ErrorKind;
using platform::Path;
using platform::view_of;
using tests::TemporaryDirectory;

namespace {

BackupName name_of(const char* host, int minute = 0) {
  return {.fleet = tests::fleet(1),
          .generation = 1,
          .host = host,
          .time = platform::Time(std::chrono::seconds(1'795'314'557)) + std::chrono::minutes(minute)};
}

std::vector<std::string> names_in(const Path& path) {
  std::vector<std::string> names;
  const auto files = platform::list_directory(path, 100);
  REQUIRE(files);
  for (const auto& file : *files) names.push_back(file.name);
  return names;
}

void write(const Path& path, std::string_view text) { std::ofstream(path.string()) << text; }

Bytes bytes_of(std::string_view text) { return {view_of(text).begin(), view_of(text).end()}; }

}  // namespace

TEST_CASE("a copy is read as it was put, owner-only, in a directory made for it") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path() / "backups"};
  REQUIRE(keystore::put(directory, name_of("om1"), view_of("sealed")));
  CHECK(*keystore::get(directory, name_of("om1")) == bytes_of("sealed"));
  CHECK(platform::facts_of(directory.path)->mode == 0700);
  CHECK(platform::facts_of(directory.path / name_of("om1").text())->mode == 0600);
  CHECK(names_in(directory.path) == std::vector{name_of("om1").text()});
}

TEST_CASE("a copy is never overwritten, and putting the same bytes again is no fault") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  REQUIRE(keystore::put(directory, name_of("om1"), view_of("sealed")));
  CHECK(keystore::put(directory, name_of("om1"), view_of("sealed")));
  const auto other = keystore::put(directory, name_of("om1"), view_of("other"));
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == ErrorKind::exists);
  CHECK(*keystore::get(directory, name_of("om1")) == bytes_of("sealed"));
}

TEST_CASE("only regular files with a backup's name are listed, with size and time") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  REQUIRE(keystore::put(directory, name_of("om1"), view_of("sealed")));
  write(directory.path / "notes.txt", "mine");
  boost::filesystem::create_directory(directory.path / name_of("om2").text());
  boost::filesystem::create_symlink("notes.txt", directory.path / name_of("om3").text());
  const auto copies = keystore::list(directory);
  REQUIRE(copies);
  REQUIRE(copies->size() == 1);
  CHECK(copies->front().name == name_of("om1"));
  CHECK(copies->front().size == 6);
  CHECK(std::chrono::abs(copies->front().stored - platform::now()) < std::chrono::minutes(10));
}

TEST_CASE("a link under a backup's name is neither read nor written through") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  write(temporary.path() / "target", "mine");
  boost::filesystem::create_symlink("target", directory.path / name_of("om1").text());
  CHECK(keystore::get(directory, name_of("om1")).error().kind == ErrorKind::unsafe_file);
  CHECK(keystore::put(directory, name_of("om1"), view_of("mine")).error().kind == ErrorKind::exists);
}

TEST_CASE("a removed copy is gone, and removing it again is no fault") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  REQUIRE(keystore::put(directory, name_of("om1"), view_of("sealed")));
  REQUIRE(keystore::put(directory, name_of("om2"), view_of("sealed")));
  CHECK(keystore::remove(directory, name_of("om1")));
  CHECK(keystore::remove(directory, name_of("om1")));
  CHECK(names_in(directory.path) == std::vector{name_of("om2").text()});
  CHECK(keystore::get(directory, name_of("om1")).error().kind == ErrorKind::not_found);
}

TEST_CASE("under a network mount that was there and is gone, nothing is stored, read or removed") {
  const TemporaryDirectory temporary;
  // A letter that no drive has; elsewhere a directory on which nothing is mounted.
  const std::string mount = tests::on_windows ? "Q:\\" : (temporary.path() / "mount").string();
  const BackupDirectory directory{temporary.path() / "mount" / "backups", mount};
  boost::filesystem::create_directories(directory.path);
  const auto put = keystore::put(directory, name_of("om1"), view_of("sealed"));
  REQUIRE_FALSE(put);
  CHECK(put.error().kind == ErrorKind::mount_absent);
  CHECK(put.error().message.find(mount) != std::string::npos);
  CHECK(keystore::get(directory, name_of("om1")).error().kind == ErrorKind::mount_absent);
  CHECK(keystore::list(directory).error().kind == ErrorKind::mount_absent);
  CHECK(keystore::remove(directory, name_of("om1")).error().kind == ErrorKind::mount_absent);
  CHECK(names_in(directory.path).empty());
}

TEST_CASE("a directory whose parent is missing is not made, so that a mistyped path is told") {
  const TemporaryDirectory temporary;
  const auto put = keystore::put({temporary.path() / "a" / "b"}, name_of("om1"), view_of("sealed"));
  CHECK(put.error().kind == ErrorKind::not_found);
  CHECK(names_in(temporary.path()).empty());
}

TEST_CASE("what a kill left of this host's copy goes with the next one, and another host's stays") {
  const TemporaryDirectory temporary;
  const BackupDirectory directory{temporary.path()};
  const std::string left = platform::temporary_of(name_of("om1").text()).string();
  const std::string foreign = platform::temporary_of(name_of("om2").text()).string();
  for (const std::string& name : {left, foreign, std::string(".profile")}) write(directory.path / name, "half");
  REQUIRE(keystore::put(directory, name_of("om1", 1), view_of("sealed")));
  CHECK(names_in(directory.path) == std::vector{foreign, std::string(".profile"), name_of("om1", 1).text()});
}
