// SPDX-License-Identifier: ISC
#include "agent/fleet/asker.h"

#include <iostream>

#include "agent/config/typed_commands.h"
#include "platform/processes/terminal.h"

namespace agent {

platform::Steps steps_there(const Asker& asker) {
  const std::string add = "peers add " + asker.claim.address + " --pin " + asker.identity.pin().text();
  return {{"on that host", command_line_elsewhere(asker.host.options, add)}};
}

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host) {
  // A log or a timer's journal gets no progress lines, only the result.
  if (host.options.quiet || !platform::stderr_is_terminal()) return nullptr;
  return [](std::size_t answered, std::size_t all) {
    std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
  };
}

}  // namespace agent
