// Which start of Ops Manager this process belongs to. A start asks twice, `ensure` and then the gate, and a start
// script may ask under several accounts; a note of the first answer is for that start alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace agent {

/// systemd's number of the start of a unit that this process belongs to, 32 hex digits; empty when there is none.
std::string current_invocation();
/// By what a note may know the start that this process belongs to: systemd's number, and each process it descends from.
std::vector<std::string> starts_of_this_process();
/// What a note says of it: for `hook run` the start script, which may come back as another account or verb; else
/// systemd's number.
enum class Asked : std::uint8_t { by_unit, by_script };
std::string this_start(Asked asked);

}  // namespace agent
