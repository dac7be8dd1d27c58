// SPDX-License-Identifier: ISC
#include "platform/base/windows/system_error.h"

#include <array>

#include "platform/base/windows/text.h"

namespace platform::windows {

namespace {

ErrorKind kind_of(DWORD code) {
  // A drive or share that is away makes a file absent, not broken: the callers then look for a missing mount.
  switch (code) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_NOT_READY: return ErrorKind::not_found;
    case ERROR_WRITE_PROTECT: return ErrorKind::read_only;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_INVALID_OWNER:
    case ERROR_LOGON_FAILURE: return ErrorKind::denied;
    default: return ErrorKind::io;
  }
}

}  // namespace

std::string reason_of(DWORD code) {
  std::array<wchar_t, 512> text{};
  // IGNORE_INSERTS: some messages have placeholders, and there is nothing to put in them.
  const DWORD size = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, code, 0,
                                    text.data(), static_cast<DWORD>(text.size()), nullptr);
  std::string reason = narrow({text.data(), size});
  // The reason becomes the end of our own sentence.
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\r' || reason.back() == '.')) reason.pop_back();
  return reason.empty() ? "error " + std::to_string(code) : reason;
}

tl::unexpected<Error> fail_code(const char* what, const Path& path, DWORD code) {
  return fail(kind_of(code), std::string(what) + " " + path.string() + ": " + reason_of(code));
}

tl::unexpected<Error> fail_code(const std::string& what, DWORD code) {
  return fail(kind_of(code), what + ": " + reason_of(code));
}

}  // namespace platform::windows
