// SPDX-License-Identifier: ISC
// Security identifiers of Windows as values (MS-DTYP 2.4.2). Pure, the same on every system.
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
/// Takes that form, or the two letters of SDDL for a well-known SID ("BA"). Nothing for anything else.
std::optional<Sid> parse_sid(std::string_view text);
/// The two letters, for a well-known SID that has them.
std::optional<std::string_view> alias_of(const Sid& sid);

Bytes encode(const Sid& sid);
/// Reads a SID from the front of `bytes`, which may be longer. Nothing when they are too short or of another revision.
std::optional<Sid> decode_sid(BytesView bytes);
std::size_t encoded_size(const Sid& sid);

Sid system_sid();          // LocalSystem, which owns the machine
Sid administrators_sid();  // BUILTIN\Administrators
Sid users_sid();           // BUILTIN\Users
Sid everyone_sid();
Sid authenticated_users_sid();
Sid trusted_installer_sid();  // owns Windows' own files
Sid creator_owner_sid();      // in inherited entries: the future owner of the new object
Sid owner_rights_sid();       // replaces the owner's implied right to change the access list

/// SYSTEM, Administrators, TrustedInstaller. They control the machine, so nothing can be kept from them.
bool is_administrative(const Sid& sid);
/// Everyone and the groups that nearly everybody is in: Users, Authenticated Users, Interactive, Network, Guests,
/// Anonymous and the like.
bool is_everybody(const Sid& sid);

}  // namespace platform::windows
