// SPDX-License-Identifier: ISC
#include "platform/files/append_file.h"

#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/files/windows/directory.h"

namespace platform {

namespace {

constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

}  // namespace

Result<void> append_to_file(const Path& path, BytesView bytes) {
  // Looked at first, because a link or a file with several names is refused like everywhere else.
  const windows::OpenFile looked = TRY(windows::open_file(path, windows::Access::look, Links::refuse));
  const std::wstring native = TRY(windows::native_path(path));
  const windows::Handle file(CreateFileW(native.c_str(), FILE_APPEND_DATA, share_all, nullptr, OPEN_EXISTING,
                                         FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!file.valid()) return windows::fail_code("cannot open " + path.string());
  DWORD written = 0;
  const bool done = WriteFile(file.get(), bytes.data(), static_cast<DWORD>(bytes.size()), &written, nullptr) != 0;
  if (!done || written != bytes.size()) return windows::fail_code("cannot write " + path.string());
  if (FlushFileBuffers(file.get()) == 0) return windows::fail_code("cannot sync " + path.string());
  return {};
}

}  // namespace platform
