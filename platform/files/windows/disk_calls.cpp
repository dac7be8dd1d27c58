// SPDX-License-Identifier: ISC
#include "platform/files/windows/disk_calls.h"

#include <algorithm>

#include "platform/accounts/windows/object_security.h"

namespace platform::windows {

namespace {

DWORD outcome(BOOL done) { return done != 0 ? DWORD{ERROR_SUCCESS} : GetLastError(); }

// Windows answers ERROR_ACCESS_DENIED when a file that is open elsewhere is to be replaced. Only this test tells it
// from a real refusal, and only an open file is worth waiting for.
bool is_open_elsewhere(const std::wstring& name) {
  const Handle alone(
      CreateFileW(name.c_str(), DELETE, 0, nullptr, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  return !alone.valid() && is_held_by_another(GetLastError());
}

class SystemCalls final : public DiskCalls {
 public:
  Result<HeldPath> open_directory(const Path& path) override { return hold_directory(path); }

  DWORD create(const std::wstring& name, const SecurityDescriptor& descriptor, HANDLE& file) override {
    SecurityAttributes attributes(descriptor);
    constexpr DWORD wanted = GENERIC_WRITE | READ_CONTROL | FILE_READ_ATTRIBUTES;
    // OPEN_REPARSE_POINT: a stranger may have put a link under the temporary name.
    constexpr DWORD flags = FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH | FILE_FLAG_OPEN_REPARSE_POINT;
    file = CreateFileW(name.c_str(), wanted, 0, attributes.get(), CREATE_NEW, flags, nullptr);
    return outcome(file != INVALID_HANDLE_VALUE ? TRUE : FALSE);
  }
  Result<void> check_kept(HANDLE file, const Path& path, const SecurityDescriptor& descriptor) override {
    return windows::check_kept(file, path, descriptor);
  }
  DWORD write(HANDLE file, std::span<const std::byte> bytes, std::size_t& written) override {
    // WriteFile takes a DWORD. The caller writes the rest with further calls.
    constexpr std::size_t most = 1U << 20U;
    DWORD done = 0;
    const DWORD code =
        outcome(WriteFile(file, bytes.data(), static_cast<DWORD>(std::min(bytes.size(), most)), &done, nullptr));
    written = done;
    return code;
  }
  DWORD sync(HANDLE file) override { return outcome(FlushFileBuffers(file)); }
  DWORD close(HANDLE file) override { return outcome(CloseHandle(file)); }
  Result<FileFacts> facts(const Path& path) override { return facts_of(path); }
  DWORD move(const std::wstring& from, const std::wstring& to, bool replace) override {
    const DWORD flags = MOVEFILE_WRITE_THROUGH | (replace ? MOVEFILE_REPLACE_EXISTING : 0U);
    return patiently([&] {
      const DWORD code = outcome(MoveFileExW(from.c_str(), to.c_str(), flags));
      return code == ERROR_ACCESS_DENIED && is_open_elsewhere(to) ? DWORD{ERROR_SHARING_VIOLATION} : code;
    });
  }
  DWORD remove(const std::wstring& name) override {
    return patiently([&] { return outcome(DeleteFileW(name.c_str())); });
  }
};

}  // namespace

DiskCalls& system_calls() {
  static SystemCalls calls;
  return calls;
}

}  // namespace platform::windows
