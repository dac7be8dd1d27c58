// SPDX-License-Identifier: ISC
// Access lists through Windows' own calls only, independent of the code under test.
#pragma once

#include <optional>
#include <string>

#include "platform/base/path.h"
#include "tests/windows/selftest/tally.h"

namespace selftest {

/// What Windows reports about the owner and access list of a file or directory.
struct Kept {
  bool right_owner = false;          // SYSTEM, Administrators or this account
  bool is_protected = false;         // it inherits nothing
  bool nobody_elses = false;         // there is a list, and it only allows something to these three
  bool only_read_by_others = false;  // the same, but others may read and list
  std::string text;                  // SDDL, or why it cannot be read

  bool operator==(const Kept&) const = default;
};
Kept kept_of(const platform::Path& path);
/// The same for a descriptor that no file has, to check this code itself.
Kept kept_in(const std::wstring& sddl);

/// Checks that only SYSTEM, Administrators and this account have access.
void check_private(Tally& tally, const std::string& name, const platform::Path& path);
/// Checks that others have no more than the right to read.
void check_public(Tally& tally, const std::string& name, const platform::Path& path);

enum class Deed { read, everything };
/// Gives everyone that right, as an administrator might by hand. Nothing, or what went wrong.
std::optional<std::string> let_everyone(Deed deed, const platform::Path& path);

/// Sets owner and list as written in SDDL, protected. Nothing, or what went wrong.
std::optional<std::string> set_access(const platform::Path& path, const std::wstring& sddl);

/// How Windows reads a descriptor that this program encoded, as SDDL.
std::string read_by_windows(std::string_view sddl);

}  // namespace selftest
