// SPDX-License-Identifier: ISC
#include "agent/fleet/asker.h"

#include <iostream>

#include "platform/processes/terminal.h"

namespace agent {

std::string command_there(const Asker& asker) {
  return "; there: genkey-agent peers add " + asker.claim.address + " --pin " + asker.identity.pin().text();
}

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host) {
  // A log or a timer's journal gets no progress lines, only the result.
  if (host.options.quiet || !platform::stderr_is_terminal()) return nullptr;
  return [](std::size_t answered, std::size_t all) {
    std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
  };
}

}  // namespace agent
