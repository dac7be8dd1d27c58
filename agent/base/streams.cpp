// SPDX-License-Identifier: ISC
#include "agent/base/streams.h"

#include <iostream>

#include "platform/services/service_manager.h"

namespace agent {

bool write_to_standard_error(std::string_view text) {
  // Each line is tried anew: a disk that was full a moment ago may have room.
  std::cerr.clear();
  std::cerr.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
  return std::cerr.good();
}

void tell(const std::string& text) {
  if (!write_to_standard_error("genkey-agent: " + text + "\n"))
    platform::write_event(platform::EventLevel::warning, text);
}

bool standard_output_is_complete() { return std::cout.flush().good(); }

}  // namespace agent
