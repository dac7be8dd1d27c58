// SPDX-License-Identifier: ISC
// What is taken from a body, which nobody may trust: the path of one script or style sheet.
#pragma once

#include <string>
#include <string_view>

#include "agent/doctor/program_request.h"

namespace agent::doctor_program {

/// The first script or style sheet (.js, .css) of the same origin that an attribute src or href of the page names.
/// Empty if there is none.
std::string asset_in(const HttpOrigin& origin, std::string_view path, std::string_view page);

/// For people: bounded, and every byte that is not printable ASCII reads as "?".
std::string printable(std::string_view text);

}  // namespace agent::doctor_program
