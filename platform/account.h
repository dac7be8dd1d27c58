// Accounts of the operating system, by name and number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/path.h"
#include "platform/result.h"

namespace platform {

using UserId = std::uint32_t;
using GroupId = std::uint32_t;

struct Account {
  std::string name;
  std::string group;  // the one that files get: the primary group, or the one that was asked for; on Windows only that
  UserId uid = 0;
  GroupId gid = 0;
  Path home;

  [[nodiscard]] std::string owner() const { return group.empty() ? name : name + ":" + group; }
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
