// SPDX-License-Identifier: ISC
// What systemd says about a unit.
#include "platform/services/posix/systemctl.h"

#include <array>
#include <utility>

#include <doctest/doctest.h>

using platform::ServiceStart;
using platform::ServiceState;
using platform::posix::setting_in;
using platform::posix::start_in;
using platform::posix::state_in;

TEST_CASE("a unit that waits for its restart is starting, and one that is not installed is none") {
  constexpr std::array states = {
      std::pair{"LoadState=loaded\nActiveState=active\n", ServiceState::running},
      std::pair{"ActiveState=activating\nLoadState=loaded\n", ServiceState::starting},
      std::pair{"LoadState=loaded\nActiveState=inactive\n", ServiceState::stopped},
      std::pair{"LoadState=loaded\nActiveState=failed\n", ServiceState::stopped},
      std::pair{"LoadState=loaded\nActiveState=deactivating\n", ServiceState::stopped},
      std::pair{"LoadState=loaded\nActiveState=reloading\n", ServiceState::running},
      std::pair{"LoadState=not-found\nActiveState=inactive\n", ServiceState::none},
      std::pair{"", ServiceState::unknown},
      std::pair{"System has not been booted with systemd as init system\n", ServiceState::unknown},
  };
  for (const auto& [properties, state] : states) {
    CAPTURE(properties);
    CHECK(state_in(properties) == state);
  }
}

TEST_CASE("how a unit is set is told in systemd's words, and a unit that is not there has no setting") {
  CHECK(setting_in("ActiveState=active\nUnitFileState=enabled\nLoadState=loaded\n") ==
        platform::ServiceSetting{.enabled = "enabled", .active = "active"});
  CHECK(setting_in("LoadState=loaded\nUnitFileState=\nActiveState=inactive\n") ==
        platform::ServiceSetting{.enabled = "", .active = "inactive"});
  CHECK_FALSE(setting_in("LoadState=not-found\nUnitFileState=\nActiveState=inactive\n"));
  CHECK_FALSE(setting_in(""));
}

TEST_CASE("what runs before a unit is read as systemd shows it") {
  const auto start = start_in(
      "ExecStartPre={ path=/usr/bin/genkey-agent ; argv[]=/usr/bin/genkey-agent ensure --wait 10s ; ignore_errors=yes "
      "; "
      "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }\n"
      "ExecStartPre={ path=/usr/bin/genkey-agent ; argv[]=/usr/bin/genkey-agent gate ; ignore_errors=no ; "
      "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }\n"
      "LoadState=loaded\nNeedDaemonReload=no\n"
      "DropInPaths=/usr/lib/systemd/system/a.service.d/50-genkey-agent.conf /etc/systemd/system/a.service.d/o.conf\n");
  REQUIRE(start.has_value());
  CHECK(start->before == std::vector<ServiceStart::Before>{{"/usr/bin/genkey-agent ensure --wait 10s", true},
                                                           {"/usr/bin/genkey-agent gate", false}});
  CHECK(start->drop_ins == std::vector<std::string>{"/usr/lib/systemd/system/a.service.d/50-genkey-agent.conf",
                                                    "/etc/systemd/system/a.service.d/o.conf"});
  CHECK_FALSE(start->is_outdated);
}

TEST_CASE("a unit without commands has none, and a unit that is not loaded has no start") {
  CHECK(start_in("LoadState=loaded\nNeedDaemonReload=yes\nDropInPaths=\n") == ServiceStart{.is_outdated = true});
  CHECK_FALSE(start_in("LoadState=not-found\nNeedDaemonReload=no\n").has_value());
  CHECK_FALSE(start_in("").has_value());
}
