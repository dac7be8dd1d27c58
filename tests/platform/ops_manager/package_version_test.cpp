// SPDX-License-Identifier: ISC
#include "platform/ops_manager/package_version.h"

#include <doctest/doctest.h>

using platform::version_in;

TEST_CASE("a package's version is its first three numbers") {
  CHECK(version_in("8.0.15.500.20251118T1711Z-1") == "8.0.15");
  CHECK(version_in("7.0.9.500.20240716T1711Z") == "7.0.9");
  CHECK(version_in("6.0.27") == "6.0.27");
  for (const char* text :
       {"", "8", "8.0", "8.0.", "8..0.1", "a.b.c", " 8.0.1", "12345.0.1", "package mongodb-mms is not installed"}) {
    CAPTURE(text);
    CHECK_FALSE(version_in(text));
  }
}
