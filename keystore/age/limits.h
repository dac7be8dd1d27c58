// Every limit of the age format as this program reads and writes it, in one place.
//
// The format itself sets none. What is read here may come from a store that others write to, and all of it is worked
// on before anything in it is authenticated.
#pragma once

#include <cstddef>

namespace keystore::age::limits {

/// A key is 24 bytes and a host's state a few MiB. Both ways.
inline constexpr std::size_t plaintext = 32UL * 1024 * 1024;

/// Each stanza costs an attempt per identity.
inline constexpr std::size_t stanzas = 128;
/// Twice what as many post-quantum stanzas take, the largest that exist.
inline constexpr std::size_t header = 512UL * 1024;

/// Base-two logarithms of scrypt's cost. What age writes takes 256 MiB and about a second; what age reads at most takes
/// 4 GiB and some 15 seconds. Who can put a file before us can make us spend that once, and no more.
inline constexpr int work_factor = 18;
inline constexpr int work_factor_read = 22;

/// Files of recipients and identities, and a line in them.
inline constexpr std::size_t text_file = 256UL * 1024;
inline constexpr std::size_t line = 8UL * 1024;

/// A whole file: header, payload with its tags, and the armor around both.
inline constexpr std::size_t file = (header + plaintext + plaintext / 2048) / 2 * 3;

}  // namespace keystore::age::limits
