// SPDX-License-Identifier: ISC
// What systemd says about a unit.
#include "platform/services/posix/systemctl.h"

#include <array>
#include <utility>

#include <doctest/doctest.h>

using platform::ServiceState;
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
