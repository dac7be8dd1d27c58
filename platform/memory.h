// The memory and descriptors that the process holds.
#pragma once

namespace platform {

/// Gives free heap pages back to the operating system, after a rush.
void give_memory_back();

/// As many open files as the process may have: one per peer that is asked.
void raise_descriptor_limit();

/// Locks are not inherited by a forked process: locks every living SecretBytes of this one again, as far as the limit
/// allows.
void lock_secrets_again();

}  // namespace platform
