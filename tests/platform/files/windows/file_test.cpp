// SPDX-License-Identifier: ISC
// Files as Windows keeps them. On wine the access list that is stored is another, which is not asked for here.
#include "platform/files/file.h"

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "platform/base/windows/system.h"
#include "platform/files/file_stamp.h"
#include "platform/files/listing.h"
#include "platform/files/windows/directory.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::Bytes;
using platform::ErrorKind;
using platform::FileType;
using platform::Links;
using platform::NewFile;
using platform::Path;
using tests::TemporaryDirectory;

platform::BytesView bytes(std::string_view text) { return platform::view_of(text); }

NewFile new_file(const Path& path, std::string_view text) {
  return {.path = path, .content = bytes(text), .uid = platform::current_user(), .gid = platform::current_group()};
}

std::string content_of(const Path& path) {
  const auto file = platform::read_file(path, 1 << 20, Links::refuse);
  return file ? std::string(platform::text_of(file->content)) : file.error().message;
}

ErrorKind kind_of(const platform::Result<void>& result) { return result ? ErrorKind::internal : result.error().kind; }

TEST_CASE("a file is installed whole, and nothing else is left beside it") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "first")));
  CHECK(content_of(path) == "first");
  const auto listed = platform::list_directory(directory.path(), 10);
  REQUIRE(listed);
  CHECK(listed->size() == 1);
  CHECK(listed->front().name == "gen.key");
  CHECK((listed->front().facts.type == FileType::regular));
}

TEST_CASE("an existing file is refused, or replaced when that was asked for") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "first")));
  CHECK((kind_of(platform::install_file(new_file(path, "second"))) == ErrorKind::exists));
  CHECK(content_of(path) == "first");
  NewFile replacing = new_file(path, "second");
  replacing.existing = NewFile::Existing::replace;
  REQUIRE(platform::install_file(replacing));
  CHECK(content_of(path) == "second");
}

TEST_CASE("another file than the one that is to be replaced is left alone") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "first")));
  NewFile replacing = new_file(path, "third");
  replacing.existing = NewFile::Existing::replace;
  replacing.replaces = platform::facts_of(path).value();
  replacing.replaces->inode += 1;
  CHECK((kind_of(platform::install_file(replacing)) == ErrorKind::exists));
  CHECK(content_of(path) == "first");
}

TEST_CASE("what a power cut left under the temporary name is cleared away") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  std::ofstream(platform::temporary_of(path).wstring().c_str()) << "half a k";
  REQUIRE(platform::install_file(new_file(path, "whole")));
  CHECK(content_of(path) == "whole");
  CHECK_FALSE(platform::facts_of(platform::temporary_of(path)));
}

TEST_CASE("names beyond ASCII and paths beyond 260 characters are names like others") {
  const TemporaryDirectory directory;
  Path path = directory.path();
  for (int depth = 0; depth < 4; ++depth) {
    path /= std::string(80, static_cast<char>('a' + depth)) + "-schl\xC3\xBCssel";
    REQUIRE(platform::make_directory(path, platform::current_user(), platform::current_group(), 0700));
  }
  path /= "gen-\xE9\x8D\xB5.key";
  REQUIRE(path.wstring().size() > 260);
  REQUIRE(platform::install_file(new_file(path, "deep")));
  CHECK(content_of(path) == "deep");
  CHECK(platform::list_directory(path.parent_path(), 5).value().front().name == "gen-\xE9\x8D\xB5.key");
  REQUIRE(platform::rename_file(path, path.parent_path() / "old.key"));
  REQUIRE(platform::remove_file(path.parent_path() / "old.key"));
  REQUIRE(platform::remove_file(path.parent_path() / "old.key"));
  // The way is too long for what removes the directory.
  for (; path != directory.path(); path = path.parent_path()) {
    const auto name = platform::windows::native_path(path);
    RemoveDirectoryW(name->c_str());
  }
}

TEST_CASE("devices, streams and names whose end would be dropped are refused before anything is touched") {
  const TemporaryDirectory directory;
  for (const char* name : {"nul", "con.key", "gen.key:hidden", "gen.key.", "gen.key "}) {
    CAPTURE(name);
    CHECK((kind_of(platform::install_file(new_file(directory.path() / name, "x"))) == ErrorKind::bad_path));
    CHECK((platform::read_file(directory.path() / name, 10, Links::refuse).error().kind == ErrorKind::bad_path));
  }
  CHECK(platform::list_directory(directory.path(), 5).value().empty());
  const auto refused = platform::read_secret_file("C:gen.key", 24);
  CHECK(
      refused.error().message ==
      R"(the path "C:gen.key" is relative to the current directory of drive C:; expected one like C:\MMSData\Secrets\gen.key)");
}

TEST_CASE("dots lead neither above a drive nor above a share") {
  CHECK((platform::windows::plain_path(R"(C:\..\keys\.)").value() == Path(R"(C:\keys)")));
  CHECK((platform::windows::plain_path(R"(C:\keys\..\..)").value() == Path(R"(C:\)")));
  CHECK((platform::windows::plain_path(R"(\\server\share\keys\)").value() == Path(R"(\\server\share\keys)")));
  CHECK((platform::windows::plain_path(R"(\\server\share\..)").error().kind == ErrorKind::bad_path));
}

TEST_CASE("a file with two names is refused where keys are read") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "one")));
  REQUIRE(CreateHardLinkW((directory.path() / "other").c_str(), path.c_str(), nullptr) != 0);
  CHECK((platform::read_secret_file(path, 24).error().kind == ErrorKind::unsafe_file));
  CHECK(platform::read_file(path, 24, Links::follow));
}

TEST_CASE("a directory is no file, a long file is not read, and what is absent is not found") {
  const TemporaryDirectory directory;
  CHECK((platform::read_file(directory.path(), 10, Links::refuse).error().kind == ErrorKind::unsafe_file));
  CHECK((platform::facts_of(directory.path())->type == FileType::directory));
  const Path path = directory.path() / "long";
  REQUIRE(platform::install_file(new_file(path, "0123456789")));
  CHECK((platform::read_file(path, 9, Links::refuse).error().kind == ErrorKind::unsafe_file));
  CHECK(platform::read_file(path, 10, Links::refuse));
  for (const Path& absent :
       {directory.path() / "none", directory.path() / "none" / "none", Path("Q:\\none\\gen.key")}) {
    CHECK((platform::facts_of(absent).error().kind == ErrorKind::not_found));
    CHECK((platform::read_secret_file(absent, 24).error().kind == ErrorKind::not_found));
  }
}

TEST_CASE("a file that a program holds is waited for") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "first")));
  HANDLE held = CreateFileW(path.c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  REQUIRE(held != INVALID_HANDLE_VALUE);
  int tries = 0;
  const DWORD code = platform::windows::patiently([&] {
    if (++tries == 3) CloseHandle(held);
    HANDLE opened = CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ, nullptr, OPEN_EXISTING, 0, nullptr);
    const DWORD outcome = opened == INVALID_HANDLE_VALUE ? GetLastError() : DWORD{ERROR_SUCCESS};
    if (opened != INVALID_HANDLE_VALUE) CloseHandle(opened);
    return outcome;
  });
  CHECK(code == ERROR_SUCCESS);
  CHECK(tries == 3);
}

TEST_CASE("waiting for a file has an end, and then says what to do") {
  int tries = 0;
  const DWORD code = platform::windows::patiently([&] {
    ++tries;
    return DWORD{ERROR_SHARING_VIOLATION};
  });
  CHECK(tries == platform::windows::most_tries);
  const platform::Error error = platform::windows::fail_held("cannot open", "C:\\gen.key", code).value();
  CHECK((error.kind == ErrorKind::busy));
  CHECK(error.message == "cannot open C:\\gen.key: it is held open by another program; end it and try again");
}

TEST_CASE("no directory on the way can be renamed while a path is held") {
  const TemporaryDirectory directory;
  const Path inner = directory.path() / "a" / "b";
  REQUIRE(boost::filesystem::create_directories(inner));
  {
    const auto held = platform::windows::hold_directory(inner);
    REQUIRE(held);
    CHECK(MoveFileExW((directory.path() / "a").c_str(), (directory.path() / "c").c_str(), 0) == 0);
  }
  CHECK(MoveFileExW((directory.path() / "a").c_str(), (directory.path() / "c").c_str(), 0) != 0);
}

TEST_CASE("a stamp changes with the content and not by itself") {
  const TemporaryDirectory directory;
  const Path path = directory.path() / "gen.key";
  REQUIRE(platform::install_file(new_file(path, "first")));
  const auto before = platform::stamp_of(path);
  REQUIRE(before);
  CHECK(platform::stamp_of(path).value() == *before);
  std::ofstream(path.wstring().c_str(), std::ios::app) << "more";
  CHECK(platform::stamp_of(path).value() != *before);
}

}  // namespace
