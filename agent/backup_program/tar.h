// A tar of a host's files, through libarchive. In it are regular files under plain names, each once, and nothing else:
// no directory, link, device or path, so that unpacking it writes nothing anywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent::backup_program {

/// Letters, digits, dots, dashes and underscores, at most a hundred, and not only dots.
bool is_archived_name(std::string_view name);

/// POSIX ustar, 0600 and without owners or times: the same files make the same bytes. usage for a name that is none, or
/// comes twice, or for too many or too large files.
platform::Result<platform::SecretBytes> pack(const std::vector<NamedContent>& files);

/// damaged_archive for anything that pack() does not make, a name that is not expected, and more than
/// agent/base/limits.h allows.
platform::Result<std::vector<NamedContent>> unpack(platform::BytesView tar, const std::vector<std::string>& expected);

}  // namespace agent::backup_program
