// SPDX-License-Identifier: ISC
// What the gate decided last and where the hook is, on disk: root writes it, everybody reads it, damage is no answer.
#include "agent/gate/notes.h"

#include <fstream>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/this_system.h"

using agent::decode_gate_note;
using agent::GateNote;
using agent::HookNote;
using platform::ErrorKind;

namespace {

GateNote sample() {
  return {.decided = platform::Time(std::chrono::seconds(1'700'000'000)),
          .allowed = false,
          .overridden = false,
          .code = 11,
          .file_was_wrong = true,
          .told = false,
          .start = "0123456789abcdef0123456789abcdef",
          .key_file = tests::absolute("/etc/mongodb-mms/gen.key"),
          .stamp = "65024 12 24 1700000000.5 1700000000.6"};
}

std::string with(std::string text, const std::string& old, const std::string& changed) {
  const auto at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), changed);
}

void check_refused(const std::string& text) {
  CAPTURE(text);
  const auto note = decode_gate_note(text);
  REQUIRE_FALSE(note);
  CHECK(note.error().kind == ErrorKind::configuration);
}

void write(const platform::Path& path, const std::string& text) { std::ofstream(path.string()) << text; }

}  // namespace

TEST_CASE("a note of the gate and one of the hook come back as they were written") {
  const tests::TemporaryDirectory directory;
  REQUIRE(save(sample(), directory.path()));
  CHECK(agent::load_gate_note(directory.path()) == sample());
  const HookNote hook{tests::absolute("/opt/mongodb/mms/conf/mms.conf"), true};
  REQUIRE(save(hook, directory.path()));
  CHECK(agent::load_hook_note(directory.path()) == hook);
  REQUIRE(agent::forget_hook(directory.path()));
  CHECK_FALSE(agent::load_hook_note(directory.path()));
}

TEST_CASE("everybody may read the notes, and only their owner writes them") {
  const tests::TemporaryDirectory directory;
  REQUIRE(save(sample(), directory.path()));
  REQUIRE(save(HookNote{"/f", false}, directory.path()));
  for (const char* name : {"gate.json", "hook.json"}) CHECK(platform::facts_of(directory.path() / name)->mode == 0644);
}

TEST_CASE("a note with a member that cannot be is none") {
  const std::string good = encode(sample());
  REQUIRE(decode_gate_note(good));
  for (const char* text : {"", "{", "[]", "{}", "\xff", R"({"schema":"genkey-agent/gate-note/2"})"})
    check_refused(text);
  const std::string key_file = sample().key_file.string();
  check_refused(with(good, key_file, "gen.key"));
  check_refused(with(good, key_file, tests::absolute("/etc/\\u001b[31m")));
  check_refused(with(good, key_file, tests::absolute("/" + std::string(4096, 'a'))));
  check_refused(with(good, "\"code\": 11", "\"code\": 18"));
  check_refused(with(good, "\"code\": 11", "\"code\": -1"));
  check_refused(with(good, "\"code\": 11", "\"code\": \"11\""));
  check_refused(with(good, "1700000000,", "-5,"));
  check_refused(with(good, "1700000000,", "9223372036854775807,"));
  check_refused(with(good, "0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789abcdef"));
  check_refused(with(good, "0123456789abcdef0123456789abcdef", std::string(65, '0')));
  check_refused(with(good, "65024 12", "\\n"));
  CHECK_FALSE(agent::decode_hook_note(R"({"schema":"genkey-agent/hook-note/1","file":"mms.conf"})"));
  CHECK_FALSE(agent::decode_hook_note(R"({"schema":"genkey-agent/hook-note/1"})"));
}

TEST_CASE("a note that is damaged, a link or too long is as if there were none") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "gate.json";
  CHECK_FALSE(agent::load_gate_note(directory.path()));
  write(path, encode(sample()).substr(0, 40));
  CHECK_FALSE(agent::load_gate_note(directory.path()));
  write(path, encode(sample()) + std::string(32 * 1024, ' '));
  CHECK_FALSE(agent::load_gate_note(directory.path()));
  const platform::Path elsewhere = directory.path() / "elsewhere";
  write(elsewhere, encode(sample()));
  boost::filesystem::remove(path);
  boost::filesystem::create_symlink(elsewhere, path);
  CHECK_FALSE(agent::load_gate_note(directory.path()));
}
