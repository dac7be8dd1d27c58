// SPDX-License-Identifier: ISC
#include "platform/base/windows/path_rules.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

namespace {

using namespace platform::windows;

TEST_CASE("plain paths are taken, on drives and on shares, short and long") {
  for (const char* path :
       {R"(C:\MMSData\Secrets\gen.key)", R"(c:/MMSData/Secrets/gen.key)", R"(C:\)", R"(gen.key)", R"(.\gen.key)",
        R"(..\Secrets\gen.key)", R"(\\server\share\Secrets\gen.key)", R"(\\server\share)", R"(//server/share/gen.key)",
        R"(\\?\C:\MMSData\gen.key)", R"(\\?\UNC\server\share\gen.key)", R"(C:\Program Files (x86)\a b\gen.key)",
        "C:\\Schl\xC3\xBCssel\\gen.key", R"(C:\.hidden\..gen)", R"(C:\console\com10\lpt\nullable\gen.key)",
        R"(C:\COMA\gen.key)"}) {
    CAPTURE(path);
    CHECK_FALSE(problem_of(path));
  }
  CHECK_FALSE(problem_of("C:\\" + std::string(255, 'a') + "\\" + std::string(255, 'b')));
}

struct Refusal {
  std::string path;
  const char* why;
};

TEST_CASE("what Windows would read as something else than a plain file is refused, and says why") {
  const std::array rows = {
      Refusal{"", "is empty"},
      Refusal{"C:gen.key", "is relative to the current directory of drive C:"},
      Refusal{"c:", "is relative to the current directory of drive C:"},
      Refusal{R"(\MMSData\gen.key)", "is relative to the current drive"},
      Refusal{R"(/MMSData/gen.key)", "is relative to the current drive"},
      Refusal{R"(\\.\PhysicalDrive0)", "is in the name space of devices"},
      Refusal{R"(\\.\C:\gen.key)", "is in the name space of devices"},
      Refusal{R"(//./pipe/x)", "is in the name space of devices"},
      Refusal{R"(\\?\GLOBALROOT\Device\x)", "is in the name space of devices"},
      Refusal{R"(\\?\Volume{0}\gen.key)", "is in the name space of devices"},
      Refusal{R"(\??\C:\gen.key)", "is in the name space of devices"},
      Refusal{R"(\\server)", "names a server without a share"},
      Refusal{R"(\\server\)", "names a server without a share"},
      Refusal{R"(\\?\UNC\server)", "names a server without a share"},
      Refusal{R"(C:\x\gen.key:hidden)", "names an alternate stream (\"gen.key:hidden\")"},
      Refusal{R"(C:\x\gen.key::$DATA)", "names an alternate stream (\"gen.key::$DATA\")"},
      Refusal{R"(gen.key:hidden)", "names an alternate stream (\"gen.key:hidden\")"},
      Refusal{R"(C:\x\gen.key.)", "has the part \"gen.key.\", whose last dot or space would be dropped"},
      Refusal{R"(C:\x \gen.key)", "has the part \"x \", whose last dot or space would be dropped"},
      Refusal{R"(C:\...\gen.key)", "has the part \"...\", whose last dot or space would be dropped"},
      Refusal{R"(\\?\C:\x\gen.key )", "has the part \"gen.key \", whose last dot or space would be dropped"},
      Refusal{R"(NUL)", "names the device NUL"},
      Refusal{R"(C:\x\nul)", "names the device NUL"},
      Refusal{R"(C:\x\Nul.key)", "names the device NUL"},
      Refusal{R"(C:\con\gen.key)", "names the device CON"},
      Refusal{R"(C:\x\aux .key)", "names the device AUX"},
      Refusal{R"(C:\x\prn.a.b)", "names the device PRN"},
      Refusal{R"(C:\x\com1)", "names the device COM1"},
      Refusal{R"(C:\x\LPT9.key)", "names the device LPT9"},
      Refusal{"C:\\x\\com\xC2\xB9", "names the device COM\xC2\xB9"},
      Refusal{R"(C:\x\CONIN$)", "names the device CONIN$"},
      Refusal{R"(C:\x\a?b)", "has the part \"a?b\", which no file of Windows can be called"},
      Refusal{R"(C:\x\a*)", "has the part \"a*\", which no file of Windows can be called"},
      Refusal{"C:\\x\\a\tb", "has the part \"a\tb\", which no file of Windows can be called"},
      Refusal{R"(C:\x\a|b)", "has the part \"a|b\", which no file of Windows can be called"},
      Refusal{std::string("C:\\x\0y", 6), "has a zero byte in it"},
      Refusal{"C:\\" + std::string(256, 'a'), "has a part of more than 255 characters"},
      Refusal{"C:\\" + std::string(40'000, 'a'), "is longer than Windows allows"},
  };
  for (const Refusal& row : rows) {
    CAPTURE(row.path);
    CHECK(problem_of(row.path).value_or("nothing") == row.why);
  }
}

TEST_CASE("the long form has no limit of 260 characters, and leads back") {
  CHECK(long_form(R"(C:\MMSData\gen.key)") == R"(\\?\C:\MMSData\gen.key)");
  CHECK(long_form(R"(C:/MMSData/gen.key)") == R"(\\?\C:\MMSData\gen.key)");
  CHECK(long_form(R"(\\server\share\gen.key)") == R"(\\?\UNC\server\share\gen.key)");
  CHECK(long_form(R"(\\?\C:\gen.key)") == R"(\\?\C:\gen.key)");
  for (const char* path : {R"(C:\MMSData\gen.key)", R"(\\server\share\gen.key)", R"(C:\)"}) {
    CHECK(without_long_prefix(long_form(path)) == path);
  }
}

TEST_CASE("a share is known in each of its forms") {
  CHECK(is_on_share(R"(\\server\share\gen.key)"));
  CHECK(is_on_share(R"(//server/share/gen.key)"));
  CHECK(is_on_share(R"(\\?\UNC\server\share\gen.key)"));
  CHECK_FALSE(is_on_share(R"(C:\gen.key)"));
  CHECK_FALSE(is_on_share(R"(\\?\C:\gen.key)"));
  CHECK_FALSE(is_on_share(R"(\\.\C:)"));
}

TEST_CASE("the root is the drive, or the server with its share") {
  CHECK(root_of(R"(C:\MMSData\gen.key)") == R"(C:\)");
  CHECK(root_of(R"(\\?\C:\MMSData)") == R"(C:\)");
  CHECK(root_of(R"(C:\)") == R"(C:\)");
  CHECK(root_of(R"(\\server\share\Secrets\gen.key)") == R"(\\server\share\)");
  CHECK(root_of(R"(\\server\share)") == R"(\\server\share\)");
  CHECK(root_of(R"(\\?\UNC\server\share\x)") == R"(\\server\share\)");
}

TEST_CASE("the root of a drive or share is no directory to close") {
  for (const char* path : {R"(C:\)", R"(\\?\C:\)", R"(\\server\share\)", R"(\\server\share)"}) CHECK(is_root(path));
  for (const char* path : {R"(C:\MMSData)", R"(\\server\share\MMSData)", R"(\\?\C:\a)"}) CHECK_FALSE(is_root(path));
}

}  // namespace
