// Accounts of the operating system, by name and number.
//
// Asks the system's own databases, which may ask a directory service and wait for it. Nothing is cached.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

using UserId = std::uint32_t;
using GroupId = std::uint32_t;

struct Account {
  std::string name;
  UserId uid = 0;
  GroupId gid = 0;  // of its files: the primary group, or the one that was asked for
  Path home;

  /// "USER:GROUP", for people. On Windows the group is left out unless one was asked for. Looks up the group's name.
  [[nodiscard]] std::string owner() const;
  bool operator==(const Account&) const = default;
};

/// "USER" or "USER:GROUP", names or numbers. not_installed when there is no such user or group.
Result<Account> find_account(std::string_view owner);

/// The one this process acts as (its effective ids).
Account current_account();
/// Its numbers alone, without a look at the databases of accounts.
UserId current_user();
GroupId current_group();
bool running_as_root();

/// All groups of an account, its primary one included.
std::vector<GroupId> groups_of(const Account& account);

/// Names for people; the number in digits when there is no name.
std::string user_name(UserId uid);
std::string group_name(GroupId gid);

}  // namespace platform
