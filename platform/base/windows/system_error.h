// SPDX-License-Identifier: ISC
// The system's error codes become an Error here and are seen nowhere else.
#pragma once

#include <string>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/windows/system.h"

namespace platform::windows {

/// The system's own sentence, without its full stop and end of line, in the language of the system.
std::string reason_of(DWORD code);

/// `what` is the act, as in "cannot open"; the sentence adds the path and the system's reason. A name, drive or share
/// that is absent gives not_found, a refusal gives denied, anything else io.
tl::unexpected<Error> fail_code(const char* what, const Path& path, DWORD code = GetLastError());
tl::unexpected<Error> fail_code(const std::string& what, DWORD code = GetLastError());

}  // namespace platform::windows
