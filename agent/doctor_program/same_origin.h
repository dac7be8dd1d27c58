// SPDX-License-Identifier: ISC
// References within one origin: where a redirect leads, and what a page names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

/// The path that a reference in an answer for `path` names, without query and fragment. Nothing if it leads to another
/// origin, or is not a plain path.
std::optional<std::string> path_within(const HttpOrigin& origin, std::string_view path, std::string_view reference);

}  // namespace agent::doctor_program
