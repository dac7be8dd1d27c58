// The memory and descriptors that the process holds.
#pragma once

namespace platform {

/// Gives the heap pages that the start or a rush needed, and that are free again, back to the operating system.
void give_memory_back();

/// As many open files as the process may have: one per peer that is asked.
void raise_descriptor_limit();

/// A forked process does not inherit locks: locks every living SecretBytes of this one again, as far as the limit
/// allows.
void lock_secrets_again();

}  // namespace platform
