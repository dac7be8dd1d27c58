// SPDX-License-Identifier: ISC
#include "platform/base/windows/registry.h"

#include <vector>

#include "platform/base/windows/text.h"

namespace platform::windows {

std::optional<std::string> registry_text(HKEY root, const wchar_t* key, const wchar_t* value) {
  // RegGetValueW expands a REG_EXPAND_SZ and gives it as REG_SZ, so this takes both.
  constexpr DWORD wanted = RRF_RT_REG_SZ;
  DWORD size = 0;
  if (RegGetValueW(root, key, value, wanted, nullptr, nullptr, &size) != ERROR_SUCCESS) return std::nullopt;
  std::vector<wchar_t> text(size / sizeof(wchar_t) + 2);
  size = static_cast<DWORD>(text.size() * sizeof(wchar_t));
  if (RegGetValueW(root, key, value, wanted, nullptr, text.data(), &size) != ERROR_SUCCESS) return std::nullopt;
  return narrow(text.data());
}

}  // namespace platform::windows
