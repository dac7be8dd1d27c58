// SPDX-License-Identifier: ISC
#include "platform/files/file.h"

#include <array>
#include <chrono>
#include <fstream>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

using namespace platform;

namespace {

// Tells whether anybody has opened a file since.
class Sentry {
 public:
  explicit Sentry(const Path& path) : watch_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    REQUIRE(inotify_add_watch(watch_, path.c_str(), IN_OPEN) >= 0);
  }
  Sentry(const Sentry&) = delete;
  Sentry& operator=(const Sentry&) = delete;
  ~Sentry() { close(watch_); }
  [[nodiscard]] bool has_seen_somebody() const {
    std::array<char, 4096> events{};
    return read(watch_, events.data(), events.size()) > 0;
  }

 private:
  int watch_;
};

}  // namespace

TEST_CASE("what is no regular file is refused without being opened, because opening a device may disturb it") {
  const tests::TemporaryDirectory directory;
  const Path fifo = directory.path() / "fifo";
  const Path plain = directory.path() / "plain";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const auto self = current_account();
  REQUIRE(install_file({.path = plain, .content = view_of("text"), .uid = self.uid, .gid = self.gid, .mode = 0600}));
  const Sentry at_fifo(fifo);
  const Sentry at_plain(plain);

  const auto secret = read_secret_file(fifo, 24);
  REQUIRE_FALSE(secret);
  CHECK(secret.error().kind == ErrorKind::unsafe_file);
  CHECK(secret.error().message == fifo.string() + " is a FIFO, not a regular file");
  CHECK_FALSE(read_file(fifo, 24, Links::follow));
  CHECK_FALSE(at_fifo.has_seen_somebody());

  CHECK(read_secret_file(plain, 24));
  CHECK(at_plain.has_seen_somebody());  // so that the sentry is known to see
}

namespace {

// As `cp -p` writes: as many bytes, and the time of the last write set back. The clock of a file system moves in steps,
// so this is done until the step shows.
void write_over_in_secret(const Path& path) {
  struct stat old {};
  REQUIRE(stat(path.c_str(), &old) == 0);
  const FileFacts before = *facts_of(path);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  do {
    std::ofstream(path.string()) << "another key of 24 bytes!";
    const utimbuf times{old.st_atime, old.st_mtime};
    REQUIRE(utime(path.c_str(), &times) == 0);
  } while (facts_of(path)->inode_changed_ns == before.inode_changed_ns && std::chrono::steady_clock::now() < end);
}

}  // namespace

TEST_CASE("a file that was written over with its time set back is not the same file any more") {
  const tests::TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  std::ofstream(path.string()) << "a key of 24 bytes, or so";
  const utimbuf long_ago{1'000'000, 1'000'000};
  REQUIRE(utime(path.c_str(), &long_ago) == 0);
  const FileFacts before = *facts_of(path);
  CHECK(before.same_file(*facts_of(path)));
  write_over_in_secret(path);
  const FileFacts after = *facts_of(path);
  CHECK(after.changed_ns == before.changed_ns);
  CHECK_FALSE(after.same_file(before));
  CHECK_FALSE(after.same_content(before));
  CHECK(after.touched_ns() > before.changed_ns);
  // The file is not replaced by somebody who saw the former content.
  const auto self = current_account();
  const auto refused = install_file({.path = path,
                                     .content = view_of("new"),
                                     .uid = self.uid,
                                     .gid = self.gid,
                                     .existing = NewFile::Existing::replace,
                                     .replaces = before});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::exists);
}

TEST_CASE("a new mode or a second name is no new content") {
  const tests::TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  std::ofstream(path.string()) << "a key of 24 bytes, or so";
  chmod(path.c_str(), 0600);
  const FileFacts before = *facts_of(path);
  chmod(path.c_str(), 0640);
  CHECK(facts_of(path)->same_content(before));
  REQUIRE(link(path.c_str(), (directory.path() / "second").c_str()) == 0);
  CHECK(facts_of(path)->same_content(before));
}

TEST_CASE("a directory that a kill left unfinished is finished, and one that is in use keeps its mode") {
  const tests::TemporaryDirectory directory;
  const Path path = directory.path() / "state";
  const auto self = current_account();
  // As a kill between mkdir and chmod leaves it.
  REQUIRE(mkdir(path.c_str(), 0700) == 0);
  REQUIRE(make_directory(path, self.uid, self.gid, 0755));
  CHECK(facts_of(path)->mode == 0755);
  chmod(path.c_str(), 0700);
  std::ofstream((path / "record.json").string()) << "in use";
  REQUIRE(make_directory(path, self.uid, self.gid, 0755));
  CHECK(facts_of(path)->mode == 0700);
  chmod(path.c_str(), 0750);
  REQUIRE(make_directory(path, self.uid, self.gid, 0755));
  CHECK(facts_of(path)->mode == 0750);
}
