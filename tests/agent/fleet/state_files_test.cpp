// SPDX-License-Identifier: ISC
// Roster and tickets on disk: a damaged one is never written over.
#include "agent/fleet/state_files.h"

#include <fstream>
#include <sstream>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/host/typed_command.h"
#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/this_system.h"

using agent::Roster;
using agent::RosterFile;
using platform::ErrorKind;

namespace {

RosterFile roster_in(const tests::TemporaryDirectory& directory) {
  return {directory.path(), platform::current_account()};
}

std::string text_of(const platform::Path& path) {
  std::ifstream file(path.string());
  return (std::ostringstream() << file.rdbuf()).str();
}

void write(const platform::Path& path, const std::string& text) { std::ofstream(path.string()) << text; }

}  // namespace

TEST_CASE("a roster that was never written is empty, and looking makes no file") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  CHECK(file.current()->get() == Roster());
  CHECK(file.update([](Roster&) {}));
  for (const auto& entry : boost::filesystem::directory_iterator(directory.path())) {
    // Windows locks no directories, but a file in them.
    CHECK(tests::on_windows);
    CHECK(entry.path().filename() == ".genkey-agent-lock");
  }
}

TEST_CASE("a roster that does not change is not written again") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  REQUIRE(file.update([](Roster& roster) { roster.add_address("om1:1"); }));
  const auto before = platform::facts_of(directory.path() / "roster.json");
  REQUIRE(file.update([](Roster& roster) { roster.add_address("om1:1"); }));
  CHECK(*platform::facts_of(directory.path() / "roster.json") == *before);
}

TEST_CASE("what another process wrote is seen at the next look") {
  const tests::TemporaryDirectory directory;
  RosterFile listener = roster_in(directory);
  RosterFile command = roster_in(directory);
  CHECK(listener.current()->get().addresses().empty());
  REQUIRE(command.update([](Roster& roster) { roster.add_address("om1:1"); }));
  CHECK(listener.current()->get().addresses().size() == 1);
}

TEST_CASE("a damaged roster is named and never written over") {
  for (const char* text : {"", "{", "{}", "\xff\xfe", R"({"schema":"genkey-agent/roster/1","peers":[{}]})"}) {
    CAPTURE(text);
    const tests::TemporaryDirectory directory;
    const platform::Path path = directory.path() / "roster.json";
    write(path, text);
    RosterFile file = roster_in(directory);
    const auto looked = file.current();
    REQUIRE_FALSE(looked);
    CHECK(looked.error().kind == ErrorKind::configuration);
    CHECK(looked.error().message.find(path.string() + ": ") != std::string::npos);
    const std::string mending = platform::typed_move(path.string(), path.string() + ".damaged");
    CHECK(looked.error().message.find(mending) != std::string::npos);
    CHECK_FALSE(file.update([](Roster& roster) { roster.count_unknown_failure(); }));
    CHECK(text_of(path) == text);
  }
}

TEST_CASE("a roster that is a link is not followed, for reading nor for writing") {
  const tests::TemporaryDirectory directory;
  const platform::Path target = directory.path() / "elsewhere";
  write(target, agent::encode(Roster()));
  boost::filesystem::create_symlink(target, directory.path() / "roster.json");
  RosterFile file = roster_in(directory);
  CHECK_FALSE(file.current());
  CHECK_FALSE(file.update([](Roster& roster) { roster.count_unknown_failure(); }));
  CHECK(text_of(target) == agent::encode(Roster()));
}

TEST_CASE("roster and tickets are their owner's alone") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  REQUIRE(file.update([](Roster& roster) { roster.count_unknown_failure(); }));
  CHECK(platform::facts_of(directory.path() / "roster.json")->mode == 0600);
}
