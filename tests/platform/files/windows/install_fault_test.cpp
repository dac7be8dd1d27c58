// SPDX-License-Identifier: ISC
// An installation on a disk whose nth call fails: afterwards the old file or the new one is there, whole, and no other.
#include <algorithm>
#include <memory>

#include <doctest/doctest.h>

#include "platform/files/listing.h"
#include "platform/files/windows/disk_calls.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::ErrorKind;
using platform::NewFile;
using platform::Path;
using namespace platform::windows;

class FailingDisk final : public platform::DiskCalls {
 public:
  explicit FailingDisk(int failing) : failing_(failing) {}

  platform::Result<HeldPath> open_directory(const Path& path) override {
    if (fails()) return platform::fail(ErrorKind::io, "cannot open the directory");
    return disk_.open_directory(path);
  }
  DWORD create(const std::wstring& name, const SecurityDescriptor& descriptor, HANDLE& file) override {
    return fails() ? ERROR_DISK_FULL : disk_.create(name, descriptor, file);
  }
  platform::Result<void> check_kept(HANDLE file, const Path& path, const SecurityDescriptor& descriptor) override {
    if (fails()) return platform::fail(ErrorKind::io, "the access list was not kept");
    return disk_.check_kept(file, path, descriptor);
  }
  DWORD write(HANDLE file, std::span<const std::byte> bytes, std::size_t& written) override {
    // A few bytes at a time, so that it can fail in the middle.
    return fails() ? ERROR_DISK_FULL : disk_.write(file, bytes.first(std::min<std::size_t>(bytes.size(), 8)), written);
  }
  DWORD sync(HANDLE file) override { return fails() ? ERROR_WRITE_FAULT : disk_.sync(file); }
  DWORD close(HANDLE file) override {
    const DWORD code = disk_.close(file);
    return fails() ? ERROR_WRITE_FAULT : code;
  }
  platform::Result<platform::FileFacts> facts(const Path& path) override {
    if (fails()) return platform::fail(ErrorKind::io, "cannot examine");
    return disk_.facts(path);
  }
  DWORD move(const std::wstring& from, const std::wstring& to, bool replace) override {
    return fails() ? ERROR_SHARING_VIOLATION : disk_.move(from, to, replace);
  }
  DWORD remove(const std::wstring& name) override { return fails() ? ERROR_ACCESS_DENIED : disk_.remove(name); }

  [[nodiscard]] bool failed() const { return failing_ < 0; }

 private:
  bool fails() { return failing_-- == 0; }

  int failing_;
  platform::DiskCalls& disk_ = system_calls();
};

std::string content_of(const Path& path) {
  const auto file = platform::read_file(path, 100, platform::Links::refuse);
  return file ? std::string(platform::text_of(file->content)) : "none";
}

constexpr std::string_view new_text = "twenty-four bytes of key";

// How many calls there were when none failed any more.
int install_on_failing_disks(bool replacing) {
  for (int failing = 0;; ++failing) {
    CAPTURE(failing);
    const tests::TemporaryDirectory directory;
    const Path path = directory.path() / "gen.key";
    NewFile file{.path = path,
                 .content = platform::view_of(new_text),
                 .uid = platform::current_user(),
                 .gid = platform::current_group()};
    if (replacing) {
      NewFile old = file;
      old.content = platform::view_of("old");
      REQUIRE(platform::install_file(old));
      file.existing = NewFile::Existing::replace;
      file.replaces = platform::facts_of(path).value();
    }
    FailingDisk disk(failing);
    const auto installed = platform::install_file(file, disk);
    const std::string before = replacing ? "old" : "none";
    CHECK(content_of(path) == (installed ? std::string(new_text) : before));
    CHECK(platform::list_directory(directory.path(), 10).value().size() == (installed || replacing ? 1 : 0));
    if (!disk.failed()) {
      CHECK(installed);
      return failing;
    }
    CHECK_FALSE(installed);
  }
}

TEST_CASE("a new file is there whole, or is not there, whichever call fails") {
  CHECK(install_on_failing_disks(false) == 10);
}

TEST_CASE("a replaced file is the old one or the new one, whichever call fails") {
  CHECK(install_on_failing_disks(true) == 11);
}

}  // namespace
