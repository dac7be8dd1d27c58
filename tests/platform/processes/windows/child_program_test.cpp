// SPDX-License-Identifier: ISC
// Running another program with one request and one reply, the lock and the watch. The other program is this one: asked
// by a variable, it does one thing before any test and ends.
#include "platform/processes/child_program.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <sodium.h>

#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/handle.h"
#include "platform/files/file.h"
#include "platform/files/file_watch.h"
#include "platform/files/lock.h"
#include "platform/processes/ancestors.h"
#include "platform/processes/hardening.h"
#include "platform/processes/program_path.h"
#include "platform/processes/utf8_start.h"
#include "tests/agent/samples.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::ErrorKind;
using platform::FileLock;
using platform::Path;
using platform::SecretBytes;

constexpr const char* deed_variable = "GENKEY_TEST_DEED";
constexpr std::size_t most = 64;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

int answer(const SecretBytes& reply) { return platform::send_reply(reply) ? 0 : 1; }

// Nothing is left that could be switched on again, but passing through directories.
bool privileges_are_gone() {
  HANDLE token = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return false;
  const platform::windows::Handle owner(token);
  std::array<std::byte, 4096> facts{};
  DWORD size = 0;
  if (GetTokenInformation(token, TokenPrivileges, facts.data(), facts.size(), &size) == 0) return false;
  return reinterpret_cast<const TOKEN_PRIVILEGES*>(facts.data())->PrivilegeCount <= 1;
}

int harden() {
  const bool hardened = platform::harden_process().has_value();
  const bool lesser = platform::become(platform::current_account()).has_value();
  return answer(tests::secret_of(std::string(hardened ? "hardened" : "not hardened") +
                                 (lesser && privileges_are_gone() ? ", lesser" : ", with privileges") +
                                 (platform::can_lock_memory() ? ", locking" : ", without locks")));
}

int hold_lock() {
  const auto lock = FileLock::acquire(variable("GENKEY_TEST_FILE"), std::chrono::milliseconds(0));
  return answer(
      tests::secret_of(lock ? "held" : std::string(lock.error().kind == ErrorKind::busy ? "busy" : "failed")));
}

int perform(const std::string& deed) {
  if (deed == "silent") return 3;
  const auto request = platform::receive_request(most);
  if (!request) return 2;
  if (deed == "echo") return answer(*request);
  if (deed == "babble") return answer(SecretBytes(most * 1024));
  if (deed == "secret") return answer(tests::secret_of(variable("GENKEY_TEST_SECRET") + variable("GENKEY_TEST_PLAIN")));
  if (deed == "harden") return harden();
  if (deed == "name") return answer(tests::secret_of(platform::start_program(0, nullptr).front()));
  if (deed == "rights") return answer(tests::secret_of(privileges_are_gone() ? "lesser" : "as before"));
  if (deed == "lock") return hold_lock();
  if (deed == "sleep") Sleep(INFINITE);
  return 1;
}

[[maybe_unused]] const bool performed = [] {
  if (const std::string deed = variable(deed_variable); !deed.empty()) {
    if (sodium_init() < 0) std::_Exit(4);
    std::_Exit(perform(deed));
  }
  return true;
}();

platform::Result<SecretBytes> run(const char* deed, std::vector<std::string> without = {},
                                  std::chrono::milliseconds time = std::chrono::seconds(60)) {
  tests::set_variable(deed_variable, deed);
  const auto self = platform::program_path().value();
  auto reply = platform::run_program(
      {.file = self, .name = "program", .account = std::nullopt, .without_environment = std::move(without)},
      tests::secret_of("hello"), {.reply = most, .time = time});
  tests::unset_variable(deed_variable);
  return reply;
}

TEST_CASE("a program gets the request on its input, and its output is the reply") {
  const auto reply = run("echo");
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("hello")));
}

TEST_CASE("a program does not inherit the variables that are left out, and all others") {
  tests::set_variable("GENKEY_TEST_SECRET", "marked");
  tests::set_variable("GENKEY_TEST_PLAIN", "plain");
  const auto reply = run("secret", {"genkey_test_secret"});
  tests::unset_variable("GENKEY_TEST_SECRET");
  tests::unset_variable("GENKEY_TEST_PLAIN");
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("plain")));
}

TEST_CASE("a program that says nothing, too much, or takes too long has given no reply") {
  CHECK((run("silent").error().kind == ErrorKind::io));
  CHECK((run("babble").error().kind == ErrorKind::io));
  const auto late = run("sleep", {}, std::chrono::milliseconds(200));
  REQUIRE_FALSE(late);
  CHECK(late.error().message.ends_with("took too long"));
}

TEST_CASE("a program that is not there is told from one that fails") {
  const tests::TemporaryDirectory directory;
  const auto reply =
      platform::run_program({.file = directory.path() / "none.exe"}, tests::secret_of("hello"), {.reply = 1});
  REQUIRE_FALSE(reply);
  CHECK((reply.error().kind == ErrorKind::program_absent));
}

TEST_CASE("a program that received its request has no privilege left") {
  const auto reply = run("rights");
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("lesser")));
}

TEST_CASE("a program is found in the one file that the package is, and started under its own name") {
  CHECK(platform::find_program("genkey-agent-backup").value() == platform::program_path().value());
  const auto reply = run("name");
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("program")));
}

TEST_CASE("a hardened process keeps no privilege and can lock memory") {
  const auto reply = run("harden");
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("hardened, lesser, locking")));
}

TEST_CASE("a lock keeps another process out, and goes with its holder") {
  const tests::TemporaryDirectory directory;
  const Path path = directory.path() / "lock";
  tests::set_variable("GENKEY_TEST_FILE", path.string().c_str());
  {
    const auto lock = FileLock::acquire(path, std::chrono::milliseconds(0));
    REQUIRE(lock);
    const auto other = run("lock");
    REQUIRE(other);
    CHECK(other->equals(tests::secret_of("busy")));
    CHECK((FileLock::acquire(path, std::chrono::milliseconds(1)).error().kind == ErrorKind::busy));
  }
  CHECK(run("lock")->equals(tests::secret_of("held")));
  CHECK(FileLock::acquire(path, std::chrono::milliseconds(0)));
  CHECK(FileLock::acquire_directory(directory.path(), std::chrono::milliseconds(0)));
  tests::unset_variable("GENKEY_TEST_FILE");
}

void write(const Path& path, const char* text) { std::ofstream(path.wstring().c_str()) << text; }

bool happens(platform::FileWatch& watch) {
  constexpr DWORD patience_ms = 10'000;
  const HANDLE event = reinterpret_cast<HANDLE>(watch.native_handle());
  while (WaitForSingleObject(event, patience_ms) == WAIT_OBJECT_0) {
    if (watch.take_events()) return true;
  }
  return false;
}

TEST_CASE("a watch tells that its file came, changed or was replaced, and nothing about others") {
  const tests::TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  auto watch = platform::FileWatch::start(path);
  REQUIRE(watch);
  CHECK_FALSE(watch->was_present());
  write(path, "first");
  CHECK(happens(*watch));

  auto present = platform::FileWatch::start(path);
  REQUIRE(present);
  CHECK(present->was_present());
  CHECK(present->unchanged());
  write(directory.path() / "other", "x");
  WaitForSingleObject(reinterpret_cast<HANDLE>(present->native_handle()), 10'000);
  CHECK_FALSE(present->take_events());
  CHECK(present->unchanged());
  CHECK(platform::install_file({.path = path,
                                .content = platform::view_of("second one"),
                                .uid = platform::current_user(),
                                .gid = platform::current_group(),
                                .existing = platform::NewFile::Existing::replace}));
  CHECK(happens(*present));
  CHECK_FALSE(present->unchanged());
}

TEST_CASE("this process descends from others, each told by its number and start") {
  for (const std::string& ancestor : platform::ancestors()) CHECK(ancestor.find('@') != std::string::npos);
}

}  // namespace
