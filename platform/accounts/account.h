// Accounts of the operating system, by name and number.
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

  /// "USER:GROUP", for people; on Windows without a group unless one was asked for. Looks the group's name up.
  [[nodiscard]] std::string owner() const;
  bool operator==(const Account&) const = default;
};

/// "USER" or "USER:GROUP", names or numbers. not_installed when there is none of that name.
Result<Account> find_account(std::string_view owner);

/// The one this process acts as (its effective ids).
Account current_account();
/// Its numbers alone, which cost no look into the accounts' files.
UserId current_user();
GroupId current_group();
bool running_as_root();

/// All groups of an account, its primary one included.
std::vector<GroupId> groups_of(const Account& account);

/// Names for people; the number in digits when there is no name.
std::string user_name(UserId uid);
std::string group_name(GroupId gid);

}  // namespace platform
