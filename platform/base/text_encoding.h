// SPDX-License-Identifier: ISC
// Text that a person saved with an editor. Editors on Windows put a byte order mark before UTF-8, or save UTF-16. Every
// reader of such text comes here first, so that one file is read alike everywhere. Not for files that another program
// reads as well: its rules count there.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// Whether the byte order mark of UTF-8 stands before the text.
bool has_mark(std::string_view text);
std::string_view without_mark(std::string_view text);

/// The text without that mark. Fails with `kind` for UTF-16, with or without its mark: "WHAT is UTF-16 text; save it as
/// UTF-8". Whether it is UTF-8 otherwise is not checked.
Result<std::string_view> utf8_text(std::string_view text, const std::string& what, ErrorKind kind);
Result<SecretBytes> utf8_text(SecretBytes text, const std::string& what, ErrorKind kind);

}  // namespace platform
