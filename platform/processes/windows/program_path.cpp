// SPDX-License-Identifier: ISC
#include "platform/processes/program_path.h"

#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"

namespace platform {

Result<Path> program_path() {
  constexpr std::size_t longest_path = 32768;
  std::wstring text(longest_path, L'\0');
  const DWORD size = GetModuleFileNameW(nullptr, text.data(), static_cast<DWORD>(text.size()));
  if (size == 0) return windows::fail_code("cannot find out where this program is");
  text.resize(size);
  return Path(text);
}

}  // namespace platform
