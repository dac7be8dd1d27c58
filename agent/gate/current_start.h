// SPDX-License-Identifier: ISC
// Which start of Ops Manager this process belongs to. A start asks twice, first `ensure` and then the gate, and a start
// script may ask under several accounts. A note of the first answer holds for that start only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace agent {

/// systemd's number of the unit's start, 32 hex digits. Empty when the process has none, or a text of another form.
std::string current_invocation();
/// All names under which a note may know the present start: systemd's number, and each ancestor process.
std::vector<std::string> starts_of_this_process();
/// The one name that goes into a note. For `hook run` it is the start script's process, because the script may call
/// again as another account or with another verb; otherwise it is systemd's number. Empty when nobody can tell.
enum class Asked : std::uint8_t { by_unit, by_script };
std::string this_start(Asked asked);

}  // namespace agent
