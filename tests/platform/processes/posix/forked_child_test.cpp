#include "platform/processes/forked_child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

using namespace platform;

namespace {

constexpr ChildLimits small{.secret = 4, .said = 4, .time = std::chrono::seconds(60)};

ChildReport saying(std::size_t secret, std::size_t said) { return {SecretBytes(secret), Bytes(said)}; }

bool is_pipe_for(int number, int access, ino_t& inode) {
  struct stat status {};
  const int flags = fcntl(number, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) != access || fstat(number, &status) != 0 || !S_ISFIFO(status.st_mode))
    return false;
  inode = status.st_ino;
  return true;
}

// The child's end of the pipe, which whoever took the child over would find too: of this one both ends are here.
int pipe_to_parent() {
  constexpr int most = 256;
  for (int out = 0; out < most; ++out) {
    for (int in = 0; in < most; ++in) {
      ino_t written = 0;
      ino_t read = 1;
      if (is_pipe_for(out, O_WRONLY, written) && is_pipe_for(in, O_RDONLY, read) && written == read) return out;
    }
  }
  return -1;
}

}  // namespace

TEST_CASE("what a child says arrives, its secret apart") {
  const auto report = run_in_child(std::nullopt, small, [] {
    ChildReport said = saying(2, 3);
    said.secret.reveal_for_writing()[1] = std::byte{7};
    said.said[2] = std::byte{9};
    return said;
  });
  REQUIRE(report);
  CHECK(report->secret.size() == 2);
  CHECK(report->secret.reveal()[1] == std::byte{7});
  CHECK(report->said == Bytes{std::byte{0}, std::byte{0}, std::byte{9}});
}

TEST_CASE("a child that says more than it may has said nothing") {
  for (const auto& [secret, said] : {std::pair<std::size_t, std::size_t>{5, 0}, {0, 5}}) {
    const auto report =
        run_in_child(std::nullopt, small, [&, secret = secret, said = said] { return saying(secret, said); });
    REQUIRE(!report);
    CHECK(report.error().kind == ErrorKind::peer_silent);
  }
}

TEST_CASE("a child that takes too long is ended") {
  const ChildLimits at_once{.secret = 4, .said = 4, .time = std::chrono::milliseconds(1)};
  const auto report = run_in_child(std::nullopt, at_once, []() -> ChildReport {
    for (;;) pause();
  });
  REQUIRE(!report);
  CHECK(report.error().kind == ErrorKind::peer_silent);
}

TEST_CASE("a child that has said everything and does not end keeps nobody waiting") {
  const auto report = run_in_child(std::nullopt, small, []() -> ChildReport {
    const std::array<std::uint64_t, 2> nothing{};
    if (write(pipe_to_parent(), nothing.data(), sizeof nothing) != sizeof nothing) _exit(1);
    for (;;) pause();
  });
  REQUIRE(report);
  CHECK(report->said.empty());
}

TEST_CASE("a child is gone before the next one starts, and leaves no zombie") {
  for (int children = 0; children < 3; ++children)
    CHECK(run_in_child(std::nullopt, small, [] { return saying(1, 1); }));
  CHECK(waitpid(-1, nullptr, 0) > 0);  // the last one, which may not have been waited for yet
  CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("a child that throws is a dead child, and never goes on as its parent") {
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
  const pid_t parent = getpid();
  try {
    const auto report = run_in_child(std::nullopt, small, []() -> ChildReport {
      static_cast<void>(std::signal(SIGABRT, SIG_DFL));  // doctest would tell of a test that crashed
      throw std::runtime_error("a broken world");
    });
    REQUIRE(!report);
    CHECK(report.error().kind == ErrorKind::peer_silent);
  } catch (const std::runtime_error&) {
    if (getpid() != parent) _exit(write(ends[1], "!", 1) == 1 ? 0 : 1);
    FAIL("the parent was thrown out");
  }
  char second = 0;
  CHECK(read(ends[0], &second, 1) == -1);  // nobody came out of there twice
  close(ends[0]);
  close(ends[1]);
}
