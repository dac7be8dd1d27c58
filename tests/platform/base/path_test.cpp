// SPDX-License-Identifier: ISC
// Paths, by their letters alone.
#include "platform/base/path.h"

#include <doctest/doctest.h>

using platform::normal;
using platform::Path;

TEST_CASE("a path loses what it does not need and keeps its root") {
  CHECK((normal("/srv/./om//gen.key") == Path("/srv/om/gen.key")));
  CHECK((normal("/srv/om/") == Path("/srv/om")));
  CHECK((normal("/srv/om/.") == Path("/srv/om")));
  CHECK((normal("/srv/om/../other") == Path("/srv/other")));
  CHECK((normal("/") == Path("/")));
  CHECK((normal("/..") == Path("/")));
  CHECK((normal("/srv/..") == Path("/")));
  CHECK((normal("/../../srv/../..") == Path("/")));
  CHECK((normal("../om/") == Path("../om")));
  CHECK((normal("./") == Path(".")));
  CHECK(normal("").empty());
}
