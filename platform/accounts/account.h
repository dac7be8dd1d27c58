// SPDX-License-Identifier: ISC
// Accounts of the operating system, by name and number.
//
// Every look-up asks the system's own databases, which may ask a directory service and wait for it. Nothing is cached.
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
  GroupId gid = 0;  // the group of its files: the primary group, or the group in "USER:GROUP"
  Path home;

  /// "USER:GROUP", for people. On Windows the group is left out unless the caller asked for a group. Looks up the
  /// group's name.
  [[nodiscard]] std::string owner() const;
  bool operator==(const Account&) const = default;
};

/// "USER" or "USER:GROUP", names or numbers. not_installed when there is no such user or group; io when the system
/// could not look, which says nothing about the account.
Result<Account> find_account(std::string_view owner);

/// The account that this process acts as (its effective ids).
Account current_account();
/// Only the numbers, without a look into the account databases.
UserId current_user();
GroupId current_group();
bool running_as_root();

/// All groups of an account, its primary one included.
std::vector<GroupId> groups_of(const Account& account);

/// Names for people. Gives the number in digits when the account has no name.
std::string user_name(UserId uid);
std::string group_name(GroupId gid);

}  // namespace platform
