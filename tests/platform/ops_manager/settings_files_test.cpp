// SPDX-License-Identifier: ISC
// Where an installation has its settings, by its layout.
#include <doctest/doctest.h>

#include "platform/ops_manager/installation.h"

using platform::Installation;
using platform::Layout;
using platform::Path;

TEST_CASE("settings are in conf, and on Windows in Server's Config, where there is no start script to set up") {
  for (const Layout layout : {Layout::package, Layout::tar}) {
    const Installation found{.layout = layout, .install_path = Path("om")};
    CHECK(platform::properties_file(found).value() == Path("om") / "conf" / "conf-mms.properties");
    CHECK(platform::mms_conf_file(found).value() == Path("om") / "conf" / "mms.conf");
  }
  const Installation windows{.layout = Layout::windows, .install_path = Path("MMSData")};
  CHECK(platform::properties_file(windows).value() == Path("MMSData") / "Server" / "Config" / "conf-mms.properties");
  CHECK_FALSE(platform::mms_conf_file(windows));
}

TEST_CASE("a key file without an installation has no settings") {
  CHECK_FALSE(platform::properties_file(Installation{}));
  CHECK_FALSE(platform::mms_conf_file(Installation{}));
}
