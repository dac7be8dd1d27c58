// SPDX-License-Identifier: ISC
// A stamp tells whether anybody has touched a file since.
#include "platform/files/file_stamp.h"

#include <fstream>
#include <sys/stat.h>
#include <utime.h>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

namespace {

using platform::stamp_of;

std::string stamp(const platform::Path& path) { return stamp_of(path).value(); }

// The clock of a file system moves in steps: the act is done until it shows.
template <class Act>
void check_shows(const platform::Path& path, const Act& act) {
  const std::string before = stamp(path);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  do act();
  while (stamp(path) == before && std::chrono::steady_clock::now() < end);
  CHECK(stamp(path) != before);
}

TEST_CASE("a file that nobody touches keeps its stamp, and every change gives it another") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "gen.key";
  std::ofstream(path.string()) << "twenty-four bytes or not";
  CHECK(stamp(path) == stamp(path));
  check_shows(path, [&] { chmod(path.c_str(), 0600); });
  struct stat old {};
  REQUIRE(stat(path.c_str(), &old) == 0);
  check_shows(path, [&] {
    // Written over with as many bytes, and the time of that set back.
    std::ofstream(path.string()) << "twenty-five bytes or not";
    const utimbuf times{old.st_atime, old.st_mtime};
    utime(path.c_str(), &times);
  });
  check_shows(path, [&] {
    std::ofstream((directory.path() / "new").string()) << "twenty-four bytes or not";
    boost::filesystem::rename(directory.path() / "new", path);
  });
}

TEST_CASE("no file has no stamp, and a link has its own") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "gen.key";
  REQUIRE_FALSE(stamp_of(path));
  CHECK(stamp_of(path).error().kind == platform::ErrorKind::not_found);
  std::ofstream((directory.path() / "target").string()) << "x";
  boost::filesystem::create_symlink("target", path);
  CHECK(stamp(path) != stamp(directory.path() / "target"));
}

}  // namespace
