// SPDX-License-Identifier: ISC
#include <array>
#include <utility>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/text.h"
#include "platform/files/file.h"
#include "tests/windows/selftest/checks.h"
#include "tests/windows/selftest/kept.h"

namespace selftest {

namespace {

using platform::Path;

constexpr const char* administrators_alone = "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)";

std::string told(const platform::Result<void>& result) { return result ? "" : result.error().message; }

platform::Result<void> make_file(const Path& path) {
  return platform::install_file({.path = path,
                                 .content = platform::view_of("a file of the selftest"),
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group()});
}

// If this fails, the disk keeps no access lists, and all other checks of lists fail too.
void try_windows_alone(const Path& path, Tally& tally) {
  const auto problem = set_access(path, platform::windows::wide(administrators_alone));
  tally.check_kept("Windows takes an access list for a file here", !problem, problem.value_or(""));
  check_private(tally, "a file with that list", path);
  const Kept kept = kept_of(path);
  tally.check_kept("Windows keeps it as it was given", kept.text == administrators_alone, kept.text);
}

void try_value(Tally& tally) {
  const std::string read = read_by_windows(administrators_alone);
  tally.check("Windows reads a descriptor of this program as it is meant", read == administrators_alone, read);
}

// Without this nobody would notice a check that accepts everything.
void try_check(Tally& tally) {
  struct Case {
    const char* name;
    const wchar_t* sddl;
    Kept kept;
  };
  // The first case is good. Each of the others breaks at least one property.
  const std::array cases = {
      Case{"a list of administrators alone", L"O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", {true, true, true, true}},
      Case{"an owner who is somebody else", L"O:BUD:P(A;;FA;;;SY)", {false, true, true, true}},
      Case{"a list that inherits", L"O:BAD:(A;;FA;;;SY)", {true, false, true, true}},
      Case{"a list that lets users read", L"O:BAD:P(A;;FA;;;SY)(A;;FR;;;BU)", {true, true, false, true}},
      Case{"a list that lets everyone write", L"O:BAD:P(A;;FA;;;SY)(A;;FW;;;WD)", {true, true, false, false}},
      Case{"a list with a denial", L"O:BAD:P(D;;FA;;;BU)(A;;FA;;;SY)", {true, true, false, false}},
      Case{"no list at all", L"O:BA", {true, false, false, false}},
  };
  for (const Case& each : cases) {
    Kept kept = kept_in(each.sddl);
    const std::string text = std::exchange(kept.text, "");
    tally.check("this test knows " + std::string(each.name), kept == each.kept, text);
  }
}

}  // namespace

void try_file_system(const Path& directory, Tally& tally) {
  try_value(tally);
  try_check(tally);
  const Path file = directory / "installed";
  const auto made = make_file(file);
  tally.check("a file is installed", made.has_value(), told(made));
  check_private(tally, "an installed file", file);
  check_private(tally, "a directory that was made", directory);
  try_windows_alone(file, tally);

  if (const auto problem = let_everyone(Deed::everything, file)) tally.check("everyone is let in", false, *problem);
  tally.check_kept("Windows tells that everyone may change a file", !kept_of(file).nobody_elses, kept_of(file).text);
  const auto set = platform::set_owner_and_mode(file, platform::current_user(), platform::current_group(), 0600);
  tally.check("owner and access list are set", set.has_value(), told(set));
  check_private(tally, "a file that was repaired", file);
}

}  // namespace selftest
