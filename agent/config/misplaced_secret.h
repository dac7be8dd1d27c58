// SPDX-License-Identifier: ISC
// Secrets where they do not belong: on the command line, which every user of the host can read while the program runs,
// or in a variable that stands for an option. They are found before anything else looks at the words, so that no parser
// repeats one.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace agent {

/// What is wrong and what to do about it, without the secret; nothing when no word looks like one. `words` has the
/// program's own name first.
std::optional<std::string> misplaced_secret(std::span<const char* const> words);

/// The same for the value of this variable.
std::optional<std::string> misplaced_secret_in_variable(const std::string& name);

}  // namespace agent
