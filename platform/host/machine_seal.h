// SPDX-License-Identifier: ISC
// Seals a secret at rest so that only this machine can open it, where the system offers that (DPAPI on Windows).
// Elsewhere sealing changes nothing, and the file's mode protects the secret.
#pragma once

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

/// Gives the bytes to write into the file. io when the system cannot seal.
Result<SecretBytes> seal_for_machine(BytesView secret);
/// Opens what was read from the file. Content that was never sealed comes back unchanged. configuration, naming the
/// file, when another machine sealed it or it is damaged.
Result<SecretBytes> open_seal(SecretBytes content, const Path& file);

}  // namespace platform
