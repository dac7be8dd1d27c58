// SPDX-License-Identifier: ISC
#include "platform/files/listing.h"

#include <algorithm>

#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace {

class Search {
 public:
  explicit Search(const std::wstring& pattern) : handle_(FindFirstFileW(pattern.c_str(), &entry_)) {}
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;
  ~Search() {
    if (valid()) FindClose(handle_);
  }
  [[nodiscard]] bool valid() const { return handle_ != INVALID_HANDLE_VALUE; }
  [[nodiscard]] std::string name() const { return windows::narrow(entry_.cFileName); }
  bool next() { return FindNextFileW(handle_, &entry_) != 0; }

 private:
  WIN32_FIND_DATAW entry_{};
  HANDLE handle_;
};

}  // namespace

Result<std::vector<ListedFile>> list_directory(const Path& path, std::size_t limit) {
  // Held, so that the pattern and every file below are of the directory that was checked.
  const windows::HeldPath way = TRY(windows::hold_directory(path));
  const std::wstring name = TRY(windows::native_path(path));
  std::vector<ListedFile> files;
  Search search(name + L"\\*");
  // The root of an empty drive has not even "." and "..".
  if (!search.valid() && GetLastError() == ERROR_FILE_NOT_FOUND) return files;
  if (!search.valid()) return windows::fail_code("cannot list", path);
  do {
    const std::string entry = search.name();
    if (entry == "." || entry == "..") continue;
    if (files.size() == limit)
      return fail(ErrorKind::io, path.string() + " has more than " + std::to_string(limit) + " files");
    auto facts = facts_of(path / entry);
    // The file was removed meanwhile.
    if (!facts && facts.error().kind == ErrorKind::not_found) continue;
    if (!facts) return tl::unexpected(facts.error());
    files.push_back({entry, *facts});
  } while (search.next());
  if (GetLastError() != ERROR_NO_MORE_FILES) return windows::fail_code("cannot list", path);
  std::ranges::sort(files, {}, &ListedFile::name);
  return files;
}

}  // namespace platform
