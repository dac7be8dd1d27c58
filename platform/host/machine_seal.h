// A secret at rest that only this machine opens again, where the system offers that (DPAPI on Windows). Elsewhere
// sealing changes nothing: the file's mode protects it.
#pragma once

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// What is to be written into the file.
Result<SecretBytes> seal_for_machine(BytesView secret);
/// What was read from the file; as it is when it was never sealed. configuration, naming the file, when another machine
/// sealed it.
Result<SecretBytes> open_seal(SecretBytes content, const Path& file);

}  // namespace platform
