// SPDX-License-Identifier: ISC
// Limits of the age files that this program reads and writes.
//
// The format itself has none. A file may come from a store that others can write to, and most of the work on it is done
// before anything in it is authenticated.
#pragma once

#include <cstddef>

namespace keystore::age::limits {

/// A key has 24 bytes, a host's state at most a few MiB. Holds for sealing and opening.
inline constexpr std::size_t plaintext = 32UL * 1024 * 1024;

/// Each stanza may cost one attempt for each identity.
inline constexpr std::size_t stanzas = 128;
/// Twice the size of that many post-quantum stanzas, which are the largest kind.
inline constexpr std::size_t header = 512UL * 1024;

/// Base-two logarithms of scrypt's cost. 18, which age writes, takes 256 MiB and about a second. 22, the most that age
/// reads, takes 4 GiB and about 15 seconds: as much as a hostile file can make us spend.
inline constexpr int work_factor = 18;
inline constexpr int work_factor_read = 22;

/// Files of recipients and of identities, and one line of them.
inline constexpr std::size_t text_file = 256UL * 1024;
inline constexpr std::size_t line = 8UL * 1024;

/// A whole file: the header, the payload with its tags, and the armor around both.
inline constexpr std::size_t file = (header + plaintext + plaintext / 2048) / 2 * 3;

}  // namespace keystore::age::limits
