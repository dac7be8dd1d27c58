// SPDX-License-Identifier: ISC
#include "platform/files/log_end.h"

#include <algorithm>

#include "platform/base/windows/system_error.h"
#include "platform/files/windows/directory.h"

namespace platform {

Result<Bytes> read_log_end(const Path& path, std::size_t most) {
  const windows::OpenFile file = TRY(windows::open_file(path, windows::Access::read, Links::refuse));
  const std::uint64_t skipped = file.facts.size > most ? file.facts.size - most : 0;
  LARGE_INTEGER start{};
  start.QuadPart = static_cast<LONGLONG>(skipped);
  if (SetFilePointerEx(file.handle.get(), start, nullptr, FILE_BEGIN) == 0)
    return windows::fail_code("cannot read", path);
  Bytes content(static_cast<std::size_t>(file.facts.size - skipped));
  // At most 1 MiB, which one call reads. The end may come sooner: the other program may have begun the log anew.
  DWORD got = 0;
  if (ReadFile(file.handle.get(), content.data(), static_cast<DWORD>(content.size()), &got, nullptr) == 0)
    return windows::fail_code("cannot read", path);
  content.resize(got);
  return content;
}

}  // namespace platform
