// A secret at rest that only this machine opens again, where the system offers that (DPAPI on Windows). Elsewhere
// sealing changes nothing: the file's mode protects it.
#pragma once

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// Gives what to write into the file.
Result<SecretBytes> seal_for_machine(BytesView secret);
/// From what was read from the file. Content that was never sealed comes back unchanged. configuration, naming the
/// file, when another machine sealed it.
Result<SecretBytes> open_seal(SecretBytes content, const Path& file);

}  // namespace platform
