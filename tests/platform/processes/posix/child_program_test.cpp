// SPDX-License-Identifier: ISC
// Running another program with one request and one reply.
#include "platform/processes/child_program.h"

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"

using platform::ErrorKind;
using platform::Path;
using platform::run_program;
using tests::TemporaryDirectory;

namespace {

// A request of five bytes is 8 bytes of size before them, in host order, and so is a reply.
Path script(const TemporaryDirectory& directory, const std::string& body) {
  Path path = directory.path() / "program";
  std::ofstream(path.string()) << "#!/bin/sh\n" << body << "\n";
  chmod(path.c_str(), 0700);
  return path;
}

platform::Result<platform::SecretBytes> run(const Path& file, std::vector<std::string> without = {},
                                            std::chrono::milliseconds time = std::chrono::seconds(60)) {
  return run_program(
      {.file = file, .name = "program", .account = std::nullopt, .without_environment = std::move(without)},
      tests::secret_of("hello"), {.reply = 64, .time = time});
}

}  // namespace

TEST_CASE("a program gets the request on its input, and its output is the reply") {
  const TemporaryDirectory directory;
  const auto reply = run(script(directory, "head -c 13"));
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("hello")));
}

TEST_CASE("a program does not inherit the variables that are left out, and all others") {
  const TemporaryDirectory directory;
  setenv("GENKEY_TEST_SECRET", "marked", 1);
  setenv("GENKEY_TEST_PLAIN", "plain", 1);
  const Path file = script(
      directory, "printf '\\006\\0\\0\\0\\0\\0\\0\\0'; printf '%.6s' \"$GENKEY_TEST_SECRET$GENKEY_TEST_PLAIN-\"");
  const auto reply = run(file, {"GENKEY_TEST_SECRET"});
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("plain-")));
}

TEST_CASE("a program that is not there, or whose library is not, is told as absent") {
  const TemporaryDirectory directory;
  CHECK(run(directory.path() / "nothing").error().kind == ErrorKind::program_absent);
  CHECK(run(script(directory, "exit 127")).error().kind == ErrorKind::program_absent);
}

TEST_CASE("a program that dies, says nothing, half of it or too much is a fault and no reply") {
  const TemporaryDirectory directory;
  for (const char* body : {"kill -9 $$", "exit 0", "printf '\\005\\0\\0\\0'", "printf '\\005\\0\\0\\0\\0\\0\\0\\0hal'",
                           "printf '\\377\\377\\377\\377\\377\\377\\377\\377'; cat /dev/zero"}) {
    CAPTURE(body);
    const auto reply = run(script(directory, body));
    REQUIRE_FALSE(reply);
    CHECK(reply.error().kind == ErrorKind::io);
  }
}

TEST_CASE("a program that takes too long is ended") {
  const TemporaryDirectory directory;
  const auto reply = run(script(directory, "exec tail -f /dev/null"), {}, std::chrono::milliseconds(50));
  REQUIRE_FALSE(reply);
  CHECK(reply.error().message.find("took too long") != std::string::npos);
}

TEST_CASE("a program that closes its output and goes on is ended, after a reply as well as without one") {
  const TemporaryDirectory directory;
  const auto begin = std::chrono::steady_clock::now();
  const auto silent = run(script(directory, "exec >&- <&-; exec sleep 300"), {}, std::chrono::milliseconds(50));
  REQUIRE_FALSE(silent);
  CHECK(silent.error().message.find("took too long") != std::string::npos);
  const auto reply = run(script(directory, "head -c 13; exec >&- <&-; exec sleep 300"));
  REQUIRE(reply);
  CHECK(reply->equals(tests::secret_of("hello")));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
}
