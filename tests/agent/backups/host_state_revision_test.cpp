// SPDX-License-Identifier: ISC
// Which settings a copy has: a number that changes with them, and says nothing of them.
#include "agent/backups/host_state_revision.h"

#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "tests/agent/samples.h"
#include "tests/support/temporary_directory.h"

using agent::known_revision;
using agent::revision_of;
using tests::TemporaryDirectory;

namespace {

keystore::Mac tag(std::uint8_t number) { return keystore::KeyProof(tests::key(number)).witness({}, 1); }

std::string text_of(const platform::Path& path) {
  const auto file = platform::read_file(path, 1000, platform::Links::refuse);
  REQUIRE(file);
  return std::string(platform::text_of(file->content));
}

}  // namespace

TEST_CASE("settings keep their revision until they change, and never have a former one again") {
  const TemporaryDirectory directory;
  const std::string first = *revision_of(tag(1), directory.path());
  CHECK(first.size() == 16);
  CHECK(*revision_of(tag(1), directory.path()) == first);
  CHECK(known_revision(tag(1), directory.path()) == first);
  const std::string second = *revision_of(tag(2), directory.path());
  CHECK(second != first);
  CHECK(known_revision(tag(1), directory.path()).empty());
  CHECK(*revision_of(tag(1), directory.path()) != first);
}

TEST_CASE("what tells of settings is for their owner alone") {
  const TemporaryDirectory directory;
  REQUIRE(revision_of(tag(1), directory.path()));
  CHECK(platform::facts_of(directory.path() / "host-state")->mode == 0600);
}

TEST_CASE("a file that cannot be understood costs a revision and nothing else") {
  const TemporaryDirectory directory;
  const std::string first = *revision_of(tag(1), directory.path());
  const std::string whole = text_of(directory.path() / "host-state");
  const std::string cut = whole.substr(0, whole.size() - 1);
  const std::string odd = whole.substr(0, whole.size() - 3) + "/.\n";
  for (const std::string& text : {std::string(), cut, odd, whole + "\n", std::string(5000, ' ')}) {
    std::ofstream((directory.path() / "host-state").string()) << text;
    CHECK(known_revision(tag(1), directory.path()).empty());
    CHECK(*revision_of(tag(1), directory.path()) != first);
  }
}
