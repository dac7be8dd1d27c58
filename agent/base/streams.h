// SPDX-License-Identifier: ISC
// What the program says to people and scripts. A stream may be closed, its disk full or its reader gone: then the words
// go elsewhere, and the caller learns that standard output is not complete.
#pragma once

#include <string>
#include <string_view>

namespace agent {

/// Writes to standard error as it is, without buffering. False when not all of it could be written.
bool write_to_standard_error(std::string_view text);

/// One line for people, with the program's name in front: on standard error, or in the system's log when standard error
/// does not take it.
void tell(const std::string& text);

/// Writes out what is left in the buffer. False when standard output has not taken everything since the start.
bool standard_output_is_complete();

}  // namespace agent
