// SPDX-License-Identifier: ISC
#include "platform/ops_manager/local_databases.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "platform/accounts/account.h"
#include "tests/support/temporary_directory.h"

using platform::find_local_databases;
using platform::JournalDevice;
using platform::Path;

namespace {

// This process under another name.
class Renamed {
 public:
  explicit Renamed(const char* name) {
    REQUIRE(prctl(PR_GET_NAME, former_.data()) == 0);
    REQUIRE(prctl(PR_SET_NAME, name) == 0);
  }
  Renamed(const Renamed&) = delete;
  Renamed& operator=(const Renamed&) = delete;
  ~Renamed() { prctl(PR_SET_NAME, former_.data()); }

 private:
  std::array<char, 16> former_{};
};

// What is said about this directory; nothing when it is not among the databases.
std::optional<JournalDevice> journal_of(const Path& directory) {
  const auto databases = find_local_databases();
  REQUIRE(databases);
  const auto found = std::ranges::find(*databases, directory, &platform::LocalDatabase::directory);
  return found == databases->end() ? std::nullopt : std::optional(found->journal);
}

}  // namespace

TEST_CASE("a database is known by the lock file that a process called mongod keeps open") {
  // The processes of others cannot be looked into by a user; one of them may be a mongod.
  if (!platform::running_as_root()) return;
  const tests::TemporaryDirectory directory;
  const Path data = boost::filesystem::canonical(directory.path());
  const std::ofstream lock((data / "mongod.lock").string());
  const std::ofstream again((data / "mongod.lock").string());
  boost::filesystem::create_directory(data / "journal");
  CHECK(journal_of(data) == std::nullopt);
  const Renamed name("mongod");
  CHECK(journal_of(data) == JournalDevice::same);
  boost::filesystem::remove(data / "journal");
  CHECK(journal_of(data) == JournalDevice::none);
  // /proc is a file system of its own.
  boost::filesystem::create_symlink("/proc", data / "journal");
  CHECK(journal_of(data) == JournalDevice::different);
  boost::filesystem::remove(data / "mongod.lock");
  CHECK(journal_of(data) == std::nullopt);
}
