// SPDX-License-Identifier: ISC
// Roster and tickets on disk: what damage, power cuts and earlier versions leave of them.
#include <chrono>
#include <fstream>
#include <sstream>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "agent/base/limits.h"
#include "agent/fleet/roster_file.h"
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

TEST_CASE("a damaged roster is set aside and said, and the host goes on with an empty one") {
  for (const char* text : {"", "{", "{}", "\xff\xfe", R"({"schema":"genkey-agent/roster/2","peers":[{}]})"}) {
    CAPTURE(text);
    const tests::TemporaryDirectory directory;
    const platform::Path path = directory.path() / "roster.json";
    write(path, text);
    RosterFile file = roster_in(directory);
    CHECK(file.current()->get() == Roster());
    REQUIRE(file.damage());
    CHECK(file.damage()->find(path.string() + ": ") == 0);
    CHECK(text_of(path.string() + ".damaged") == text);
    REQUIRE(file.update([](Roster& roster) { roster.count_unknown_failures(1); }));
    CHECK(roster_in(directory).current()->get().unknown_failures() == 1);
  }
}

TEST_CASE("a damaged roster that is met while it is changed holds up nobody") {
  const tests::TemporaryDirectory directory;
  write(directory.path() / "roster.json", "damaged");
  RosterFile file = roster_in(directory);
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(file.append(tests::numbered_peer(1)));
  CHECK(std::chrono::steady_clock::now() - begun < agent::limits::lock_wait / 2);
  CHECK(file.damage());
  CHECK(text_of(directory.path() / "roster.json.damaged") == "damaged");
  CHECK(roster_in(directory).current()->get().peers().size() == 1);
}

TEST_CASE("removals outlive a damaged roster") {
  const tests::TemporaryDirectory directory;
  REQUIRE(roster_in(directory).update([](Roster& roster) { roster.remove(tests::pin(2), platform::now()); }));
  write(directory.path() / "roster.json", "damaged");
  RosterFile file = roster_in(directory);
  CHECK(file.current()->get().is_removed(tests::pin(2)));
}

TEST_CASE("damaged removals are named and never written over, because nobody may come back in silence") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "removed.json";
  write(path, "{");
  RosterFile file = roster_in(directory);
  const auto looked = file.current();
  REQUIRE_FALSE(looked);
  CHECK(looked.error().kind == ErrorKind::configuration);
  CHECK(looked.error().message.find(platform::typed_move(path.string(), path.string() + ".damaged")) !=
        std::string::npos);
  CHECK_FALSE(file.update([](Roster& roster) { roster.count_unknown_failures(1); }));
  CHECK(text_of(path) == "{");
}

TEST_CASE("a new peer costs one small write, with ten known and with four thousand") {
  const auto growth = [](std::size_t known) {
    const tests::TemporaryDirectory directory;
    RosterFile file = roster_in(directory);
    std::vector<agent::Peer> peers;
    for (std::size_t number = 0; number < known; ++number) peers.push_back(tests::numbered_peer(number));
    REQUIRE(file.update([&](Roster& roster) { roster.set_peers(peers); }));
    const auto before = platform::facts_of(directory.path() / "roster.json");
    REQUIRE(file.append(tests::numbered_peer(known)));
    // The large file is not touched, so the cost does not depend on it.
    CHECK(*platform::facts_of(directory.path() / "roster.json") == *before);
    CHECK(file.current()->get().peers().size() == known + 1);
    CHECK(roster_in(directory).current()->get() == file.current()->get());
    return text_of(directory.path() / "roster.log").size();
  };
  const std::size_t few = growth(10);
  CHECK(few < 1024);
  CHECK(growth(4000) <= few + 8);  // a longer number in the name
}

TEST_CASE("an entry that a power cut left incomplete is ignored, and the entries before it are not") {
  const tests::TemporaryDirectory directory;
  REQUIRE(roster_in(directory).append(tests::numbered_peer(1)));
  std::ofstream((directory.path() / "roster.log").string(), std::ios::app) << R"({"pin":"00)";
  CHECK(roster_in(directory).current()->get().peers().size() == 1);
}

TEST_CASE("the log of new peers is merged when it has grown") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  std::size_t number = 0;
  for (; number < 5000; ++number) {
    REQUIRE(file.append(tests::numbered_peer(number)));
    if (!platform::facts_of(directory.path() / "roster.log")) break;
  }
  CHECK(number < 5000);
  CHECK(roster_in(directory).current()->get().peers().size() == number + 1);
}

TEST_CASE("a removed host does not come back through the log") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  const agent::Peer peer = tests::numbered_peer(3);
  REQUIRE(file.append(peer));
  REQUIRE(file.update([&](Roster& roster) { roster.remove(peer.pin, platform::now()); }));
  REQUIRE(file.append(peer));
  CHECK(roster_in(directory).current()->get().find(peer.pin) == nullptr);
}

TEST_CASE("the roster of an earlier version is read, and its removals move to their own file") {
  const tests::TemporaryDirectory directory;
  const auto entry = [](std::uint8_t number, const char* word) {
    return R"({"pin":")" + tests::pin(number).text() + R"(","name":"om","address":"om)" + std::to_string(number) +
           R"(:27424","acquaintance":")" + word + R"(","seen":5,"last_result":"agree"})";
  };
  write(directory.path() / "roster.json", R"({"schema":"genkey-agent/roster/1","peers":[)" + entry(1, "proved") + "," +
                                              entry(2, "proved") + "," + entry(3, "joined") + "," + entry(4, "told") +
                                              "," + entry(5, "told") + "," + entry(6, "pinned") +
                                              R"(],"removed":[{"pin":")" + tests::pin(7).text() +
                                              R"(","name":"om7","when":9}],"addresses":["om5:27424"]})");
  RosterFile file(directory.path(), platform::current_account(), {"om1:27424"});
  const Roster roster = file.current()->get();
  const auto introduced_by = [&](std::uint8_t number) { return roster.find(tests::pin(number))->introduced_by; };
  CHECK(introduced_by(1) == agent::Introduction::configured);
  CHECK(introduced_by(2) == agent::Introduction::itself);
  CHECK(introduced_by(3) == agent::Introduction::ticket);
  CHECK(introduced_by(4) == agent::Introduction::itself);
  CHECK(introduced_by(5) == agent::Introduction::configured);
  CHECK(introduced_by(6) == agent::Introduction::pinned);
  CHECK(roster.owner_of("om2:27424") == nullptr);
  CHECK(roster.owner_of("om3:27424") == roster.find(tests::pin(3)));
  CHECK(roster.find(tests::pin(1))->last->result == agent::PeerResult::agree);
  CHECK(roster.is_removed(tests::pin(7)));
  REQUIRE(file.update([](Roster& changed) { changed.count_unknown_failures(1); }));
  CHECK(text_of(directory.path() / "removed.json").find(tests::pin(7).text()) != std::string::npos);
  CHECK(roster_in(directory).current()->get().is_removed(tests::pin(7)));
}

TEST_CASE("a roster that is a link is not followed, for reading nor for writing") {
  const tests::TemporaryDirectory directory;
  const platform::Path target = directory.path() / "elsewhere";
  write(target, agent::encode(Roster()));
  boost::filesystem::create_symlink(target, directory.path() / "roster.json");
  RosterFile file = roster_in(directory);
  CHECK_FALSE(file.current());
  CHECK_FALSE(file.update([](Roster& roster) { roster.count_unknown_failures(1); }));
  CHECK(text_of(target) == agent::encode(Roster()));
}

TEST_CASE("roster and tickets are their owner's alone") {
  const tests::TemporaryDirectory directory;
  RosterFile file = roster_in(directory);
  REQUIRE(file.update([](Roster& roster) { roster.count_unknown_failures(1); }));
  CHECK(platform::facts_of(directory.path() / "roster.json")->mode == 0600);
}
