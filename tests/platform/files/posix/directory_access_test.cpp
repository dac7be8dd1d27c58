// SPDX-License-Identifier: ISC
#include "platform/files/directory_access.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

using platform::access_to_directory;
using platform::Account;
using platform::DirectoryAccess;
using platform::Path;

namespace {

// Nobody's, so that no file of the test is its own.
const Account stranger{.name = "genkey-agent-test", .uid = 64'999, .gid = 64'999, .home = "/"};

void make(const Path& path, mode_t mode) {
  boost::filesystem::create_directories(path);
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

// One entry of an access list: a user of this number may do all (linux/posix_acl_xattr.h).
bool let_user_in(const Path& path, std::uint32_t uid) {
  constexpr std::uint32_t nobody = 0xffffffff;
  std::array<std::uint8_t, 4 + 5 * 8> list{2, 0, 0, 0};
  std::size_t at = 4;
  const auto put = [&](std::uint8_t tag, std::uint8_t permissions, std::uint32_t id) {
    for (const std::uint8_t byte : {tag, std::uint8_t{0}, permissions, std::uint8_t{0}}) list.at(at++) = byte;
    for (unsigned shift = 0; shift < 32; shift += 8) list.at(at++) = static_cast<std::uint8_t>(id >> shift);
  };
  put(0x01, 7, nobody);
  put(0x02, 7, uid);
  put(0x04, 5, nobody);
  put(0x10, 7, nobody);
  put(0x20, 5, nobody);
  return setxattr(path.c_str(), "system.posix_acl_access", list.data(), list.size(), 0) == 0;
}

}  // namespace

TEST_CASE("an account may write in a directory by its mode, if it may pass the directories above") {
  const tests::TemporaryDirectory directory;
  make(directory.path(), 0755);
  const Path head = directory.path() / "above" / "head";
  make(head.parent_path(), 0755);
  make(head, 0755);
  CHECK(access_to_directory(head, platform::current_account()) == DirectoryAccess::writable);
  CHECK(access_to_directory(head, stranger) == DirectoryAccess::unwritable);
  make(head, 0777);
  CHECK(access_to_directory(head, stranger) == DirectoryAccess::writable);
  // Without search permission there, no name can be used.
  make(head, 0776);
  CHECK(access_to_directory(head, stranger) == DirectoryAccess::unwritable);
  make(head, 0777);
  make(head.parent_path(), 0750);
  CHECK(access_to_directory(head, stranger) == DirectoryAccess::unwritable);
}

TEST_CASE("an access list lets an account write in a directory") {
  const tests::TemporaryDirectory directory;
  make(directory.path(), 0755);
  const Path head = directory.path() / "head";
  make(head, 0755);
  if (!let_user_in(head, stranger.uid)) return;  // not every file system has them
  CHECK(access_to_directory(head, stranger) == DirectoryAccess::writable);
  const Account other{.name = "genkey-agent-other", .uid = 64'998, .gid = 64'998, .home = "/"};
  CHECK(access_to_directory(head, other) == DirectoryAccess::unwritable);
}

TEST_CASE("a directory that is missing, or a file of its name, is absent") {
  const tests::TemporaryDirectory directory;
  std::ofstream(directory.path().string() + "/file") << "";
  for (const char* name : {"missing", "missing/below", "file", "file/below"}) {
    CAPTURE(name);
    CHECK(access_to_directory(directory.path() / name, platform::current_account()) == DirectoryAccess::absent);
  }
}

TEST_CASE("a link to a directory is followed where only root or the caller could have made it") {
  const tests::TemporaryDirectory directory;
  make(directory.path() / "head", 0755);
  make(directory.path() / "open", 0777);
  boost::filesystem::create_symlink("head", directory.path() / "link");
  boost::filesystem::create_symlink("../head", directory.path() / "open" / "link");
  const Account self = platform::current_account();
  CHECK(access_to_directory(directory.path() / "link", self) == DirectoryAccess::writable);
  CHECK(access_to_directory(directory.path() / "open" / "link", self) == DirectoryAccess::unknown);
}
