// The memory and descriptors that the process holds.
#pragma once

namespace platform {

/// Gives back to the operating system what the start or a rush needed: free heap pages, and code, which it maps again
/// where it is run again.
void give_memory_back();

/// As many open files as the process may have: one per peer that is asked.
void raise_descriptor_limit();

/// Locks are not inherited by a forked process: locks every living SecretBytes of this one again, as far as the limit
/// allows.
void lock_secrets_again();

}  // namespace platform
