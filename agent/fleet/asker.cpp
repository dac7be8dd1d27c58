// SPDX-License-Identifier: ISC
#include "agent/fleet/asker.h"

#include <memory>

#include "agent/base/wait_line.h"
#include "agent/config/typed_commands.h"

namespace agent {

platform::Steps steps_there(const Asker& asker) {
  const std::string add = "peers add " + asker.claim.address + " --pin " + asker.identity.pin().text();
  return {{"on that host", command_line_elsewhere(asker.host.options, add)}};
}

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host,
                                                           std::chrono::steady_clock::time_point end) {
  // Shared, because a function object is copied.
  const auto line = std::make_shared<WaitLine>(end, host.options.quiet);
  return [line](std::size_t answered, std::size_t all) {
    line->show("waiting for peers: " + std::to_string(answered) + " of " + std::to_string(all) + " have answered");
  };
}

}  // namespace agent
