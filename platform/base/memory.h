// SPDX-License-Identifier: ISC
// The memory and descriptors that the process holds.
#pragma once

namespace platform {

/// Returns free heap pages to the operating system, so that an idle listener does not keep what its start or a burst of
/// connections needed.
void give_memory_back();

/// Raises the limit of open files to the most that the process may have, because every peer that is asked takes a
/// descriptor. A failure is not reported.
void raise_descriptor_limit();

/// Locks every living SecretBytes of this process again, as far as the limit allows. Call it after fork(2), which does
/// not pass memory locks on.
void lock_secrets_again();

}  // namespace platform
