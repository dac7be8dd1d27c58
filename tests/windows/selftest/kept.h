// Access lists by Windows' own calls alone, independent of the code that is tried out.
#pragma once

#include <optional>
#include <string>

#include "platform/base/path.h"
#include "tests/windows/selftest/judgements.h"

namespace selftest {

/// What Windows tells of a file's or directory's owner and access list.
struct Kept {
  bool right_owner = false;          // SYSTEM, Administrators or this account
  bool is_protected = false;         // it inherits nothing
  bool nobody_elses = false;         // there is a list, and all it does is to allow something to one of these three
  bool only_read_by_others = false;  // or to let others read and list
  std::string text;                  // SDDL, or why it cannot be read

  bool operator==(const Kept&) const = default;
};
Kept kept_of(const platform::Path& path);
/// The same of a descriptor that no file has, for trying the judgement itself.
Kept kept_in(const std::wstring& sddl);

/// Judges owner and list of what is nobody else's business.
void judge_private(Judgements& judgements, const std::string& name, const platform::Path& path);
/// Of what others may read.
void judge_public(Judgements& judgements, const std::string& name, const platform::Path& path);

enum class Deed { read, everything };
/// Lets everyone do that, as an administrator's hand would. Nothing, or what went wrong.
std::optional<std::string> let_everyone(Deed deed, const platform::Path& path);

/// Sets what is written in SDDL, protected. Nothing, or what went wrong.
std::optional<std::string> set_access(const platform::Path& path, const std::wstring& sddl);

/// What Windows reads out of a descriptor that was made here, in SDDL.
std::string read_by_windows(std::string_view sddl);

}  // namespace selftest
