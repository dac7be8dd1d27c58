// Accounts of this Windows by SID, by name, and by the number that this process gives them.
//
// Windows has no numbers for accounts and groups, and the rest of the program counts on them: a SID gets the next
// number when it is met first. 0 stands for SYSTEM and Administrators, which have the machine anyway. The numbers mean
// nothing to another process, and none is ever stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/accounts/windows/sid.h"

namespace platform::windows {

UserId number_of(const Sid& sid);
/// Administrators for 0.
Sid sid_of(UserId number);

/// "NT AUTHORITY\NETWORK SERVICE", or the SID's own text where the host knows no name for it.
std::string name_of(const Sid& sid);
/// Also of a SID's text.
std::optional<Sid> find_sid(std::string_view name);

/// Of the account that this process runs as, and all the groups that count for it now.
Sid own_sid();
std::vector<Sid> own_groups();
/// What an account is in, as far as this host knows: Everyone, Users, Authenticated Users, the local groups.
std::vector<Sid> groups_of(const Sid& account);

/// Who owns, in Windows' sense, what this process makes: Administrators, or itself without their rights.
Sid holder_of_new_files();

}  // namespace platform::windows
