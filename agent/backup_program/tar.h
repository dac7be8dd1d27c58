// SPDX-License-Identifier: ISC
// A tar of a host's files, made and read with libarchive. It holds regular files under plain names, each once, and no
// directory, link, device or path. It is unpacked into memory; nothing is written to a disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/bytes.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent::backup_program {

/// At most a hundred letters, digits, dots, dashes and underscores, and not only dots.
bool is_archived_name(std::string_view name);

/// POSIX ustar, mode 0600, without owners or times, so that the same files give the same bytes. usage for a bad or
/// repeated name, and for too many or too large files.
platform::Result<platform::SecretBytes> pack(const std::vector<NamedContent>& files);

/// damaged_archive for anything that pack() would not make, for an unexpected name, and beyond agent/base/limits.h.
platform::Result<std::vector<NamedContent>> unpack(platform::BytesView tar, const std::vector<std::string>& expected);

}  // namespace agent::backup_program
