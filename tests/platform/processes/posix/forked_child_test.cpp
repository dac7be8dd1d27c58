// SPDX-License-Identifier: ISC
#include "platform/processes/forked_child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/files/lock.h"
#include "tests/support/libsodium.h"
#include "tests/support/temporary_directory.h"

using namespace platform;

namespace {

constexpr ChildLimits small{.secret = 4, .said = 4, .time = std::chrono::seconds(60)};

ChildReport saying(std::size_t secret, std::size_t said) { return {SecretBytes(secret), Bytes(said)}; }

// The child's end of the pipe, which whoever took the child over would find too.
int pipe_to_parent() {
  constexpr int most = 256;
  for (int number = 0; number < most; ++number) {
    struct stat status {};
    const int flags = fcntl(number, F_GETFL);
    const bool writes = flags >= 0 && (flags & O_ACCMODE) == O_WRONLY;
    if (writes && number != STDERR_FILENO && fstat(number, &status) == 0 && S_ISFIFO(status.st_mode)) return number;
  }
  return -1;
}

// "NUMBER TARGET" of everything that this process has open, but for the directory that lists it.
std::set<std::string> open_descriptors() {
  std::set<std::string> all;
  for (const auto& entry : boost::filesystem::directory_iterator("/proc/self/fd")) {
    boost::system::error_code gone;
    const auto target = boost::filesystem::read_symlink(entry.path(), gone);
    if (!gone && !target.string().ends_with("/fd"))
      all.insert(entry.path().filename().string() + " " + target.string());
  }
  return all;
}

ChildReport saying(const std::string& text) {
  const auto bytes = view_of(text);
  return {SecretBytes(), Bytes(bytes.begin(), bytes.end())};
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

TEST_CASE("a child is gone when its report is there, and leaves no zombie") {
  for (int children = 0; children < 3; ++children) {
    CHECK(run_in_child(std::nullopt, small, [] { return saying(1, 1); }));
    CHECK(waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
  }
}

TEST_CASE("a child has its pipe, standard error and nothing else open") {
  const tests::TemporaryDirectory directory;
  const auto lock = FileLock::acquire(directory.path() / "lock", std::chrono::milliseconds(0));
  REQUIRE(lock);
  std::array<int, 2> others{};
  REQUIRE(pipe2(others.data(), 0) == 0);
  const std::string standard_error = "2 " + boost::filesystem::read_symlink("/proc/self/fd/2").string();

  constexpr ChildLimits roomy{.secret = 0, .said = 4096, .time = std::chrono::seconds(60)};
  const auto report = run_in_child(std::nullopt, roomy, [] {
    std::string text;
    for (const std::string& each : open_descriptors()) text += each + "\n";
    return saying(text);
  });
  close(others[0]);
  close(others[1]);
  REQUIRE(report);
  std::istringstream lines{std::string(text_of(report->said))};
  std::vector<std::string> seen;
  for (std::string line; std::getline(lines, line);) seen.push_back(line);
  REQUIRE(seen.size() == 4);
  CHECK(seen[0] == "0 /dev/null");
  CHECK(seen[1] == "1 /dev/null");
  CHECK(seen[2] == standard_error);
  CHECK(seen[3].starts_with("3 pipe:"));
}

TEST_CASE("a child that throws is a dead child, and never goes on as its parent") {
  // Seen by both processes, whatever they have open.
  void* shared = mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  auto* second = static_cast<volatile int*>(shared);
  const pid_t parent = getpid();
  try {
    const auto report = run_in_child(std::nullopt, small, []() -> ChildReport {
      static_cast<void>(std::signal(SIGABRT, SIG_DFL));  // doctest would tell of a test that crashed
      throw std::runtime_error("a broken world");
    });
    REQUIRE(!report);
    CHECK(report.error().kind == ErrorKind::peer_silent);
  } catch (const std::runtime_error&) {
    if (getpid() != parent) {
      *second = 1;
      _exit(0);
    }
    FAIL("the parent was thrown out");
  }
  CHECK(*second == 0);  // nobody came out of there twice
  munmap(shared, sizeof(int));
}
