// SPDX-License-Identifier: ISC
#include "platform/audit/windows/icacls.h"

#include <doctest/doctest.h>

namespace {

using namespace platform::windows;
using platform::FileType;
using platform::Finding;
using platform::FindingKind;
using platform::Severity;

Finding about(FindingKind kind, const char* path, FileType type = FileType::regular) {
  return {.kind = kind, .severity = Severity::broken, .path = path, .expected = "", .found = "", .type = type};
}

constexpr const char* key = R"(C:\MMS Data\Secrets\gen.key)";
constexpr const char* mms = "S-1-5-21-1-2-3-1001";

TEST_CASE("the command closes the file, gives its reader reading, and works in every language of Windows") {
  CHECK(
      icacls_command(about(FindingKind::readable_by_others, key), mms).value() ==
      R"(icacls "C:\MMS Data\Secrets\gen.key" /setowner "*S-1-5-32-544"; then: icacls "C:\MMS Data\Secrets\gen.key" /reset)"
      R"(; then: icacls "C:\MMS Data\Secrets\gen.key" /inheritance:r /grant:r "*S-1-5-18:F" "*S-1-5-32-544:F")"
      R"( "*S-1-5-21-1-2-3-1001:R")");
  CHECK(icacls_command(about(FindingKind::wrong_owner, R"(C:\gen.key)"), "S-1-5-18")
            .value()
            .ends_with(R"(/grant:r "*S-1-5-18:F" "*S-1-5-32-544:F")"));
}

TEST_CASE("a directory above is closed for what will be made in it too, but never a whole drive or share") {
  const auto directory = about(FindingKind::directory_writable, R"(C:\MMSData)", FileType::directory);
  CHECK(icacls_command(directory, mms)
            .value()
            .ends_with(R"("*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "*S-1-5-21-1-2-3-1001:(OI)(CI)RX")"));
  CHECK_FALSE(icacls_command(about(FindingKind::directory_writable, R"(C:\)", FileType::directory), mms));
  CHECK_FALSE(icacls_command(about(FindingKind::wrong_owner, R"(D:\)", FileType::directory), mms));
  CHECK_FALSE(icacls_command(about(FindingKind::directory_owner, R"(\\server\share\)", FileType::directory), mms));
}

TEST_CASE("the read-only attribute is taken off, and what only a person can decide has no command") {
  CHECK(icacls_command(about(FindingKind::immutable, R"(C:\gen.key)"), mms).value() == R"(attrib -R "C:\gen.key")");
  for (const FindingKind kind :
       {FindingKind::missing, FindingKind::not_regular, FindingKind::several_names, FindingKind::wrong_size,
        FindingKind::link_in_path, FindingKind::network_file_system, FindingKind::second_candidate,
        FindingKind::stray_copy, FindingKind::alternate_stream}) {
    CHECK_FALSE(icacls_command(about(kind, key), mms));
  }
}

}  // namespace
