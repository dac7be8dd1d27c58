// SPDX-License-Identifier: ISC
// Accounts of this Windows by SID, by name, and by the number that this process gives them.
//
// Windows has no numbers for accounts and groups, but the rest of the program uses them, so a SID gets the next number
// when it is first met. 0 stands for SYSTEM and Administrators, who control the machine anyway. The numbers mean
// nothing to another process and are never stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/accounts/windows/sid.h"

namespace platform::windows {

UserId number_of(const Sid& sid);
/// Gives Administrators for 0, and for a number that was never given out.
Sid sid_of(UserId number);

/// "NT AUTHORITY\NETWORK SERVICE", or the SID's own text where the host knows no name for it.
std::string name_of(const Sid& sid);
/// The SID of an account's name, or of a SID's text. Nothing when this host does not know the name.
std::optional<Sid> find_sid(std::string_view name);

/// The account that this process runs as, and all the groups that count for it now.
Sid own_sid();
std::vector<Sid> own_groups();
/// The groups of an account, as far as this host knows: Everyone, Users, Authenticated Users, the local groups.
std::vector<Sid> groups_of(const Sid& account);

/// The owner, in the sense of Windows, of what this process creates: Administrators, or the account itself when it
/// lacks their rights.
Sid holder_of_new_files();

}  // namespace platform::windows
