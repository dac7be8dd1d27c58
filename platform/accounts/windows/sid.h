// Security identifiers of Windows as values (MS-DTYP 2.4.2). Pure: it is the same on every system.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.h"

namespace platform::windows {

struct Sid {
  std::uint64_t authority = 0;       // 48 bits
  std::vector<std::uint32_t> parts;  // at most 15

  auto operator<=>(const Sid&) const = default;
  bool operator==(const Sid&) const = default;
};

inline constexpr std::size_t most_sid_parts = 15;

/// "S-1-5-32-544".
std::string text_of(const Sid& sid);
/// That, or one of SDDL's two letters for a well-known one ("BA").
std::optional<Sid> parse_sid(std::string_view text);
/// The two letters, where there are some.
std::optional<std::string_view> alias_of(const Sid& sid);

Bytes encode(const Sid& sid);
/// From the front of `bytes`, which may be longer.
std::optional<Sid> decode_sid(BytesView bytes);
std::size_t encoded_size(const Sid& sid);

Sid system_sid();          // LocalSystem, which owns the machine
Sid administrators_sid();  // BUILTIN\Administrators
Sid users_sid();           // BUILTIN\Users
Sid everyone_sid();
Sid authenticated_users_sid();
Sid trusted_installer_sid();  // owns Windows' own files
Sid creator_owner_sid();      // stands for whoever will own what inherits an entry
Sid owner_rights_sid();       // what the owner may, instead of reading and writing the access list

/// SYSTEM, Administrators, TrustedInstaller: whoever is one of these has the machine anyway.
bool is_administrative(const Sid& sid);
/// Everyone and the groups that nearly everybody is in: Users, Authenticated Users, Interactive, Network, Guests,
/// Anonymous and the like.
bool is_everybody(const Sid& sid);

}  // namespace platform::windows
