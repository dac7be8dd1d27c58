// SPDX-License-Identifier: ISC
#include "platform/files/file.h"

#include <array>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

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
