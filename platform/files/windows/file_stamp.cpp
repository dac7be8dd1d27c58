// SPDX-License-Identifier: ISC
#include "platform/files/file_stamp.h"

#include "platform/base/windows/system_error.h"
#include "platform/files/windows/directory.h"

namespace platform {

// The file system maintains the change time. The ordinary calls set only the time of the last write.
Result<std::string> stamp_of(const Path& path) {
  const auto handle = windows::open_name(path, windows::Access::look);
  if (!handle) return tl::unexpected(handle.error());
  const FileFacts facts = TRY(windows::facts_from(handle->get(), path));
  FILE_BASIC_INFO times{};
  if (GetFileInformationByHandleEx(handle->get(), FileBasicInfo, &times, sizeof times) == 0)
    return windows::fail_code("cannot examine", path);
  return std::to_string(facts.device) + " " + std::to_string(facts.inode) + " " + std::to_string(facts.size) + " " +
         std::to_string(times.LastWriteTime.QuadPart) + " " + std::to_string(times.ChangeTime.QuadPart);
}

}  // namespace platform
