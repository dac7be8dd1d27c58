// SPDX-License-Identifier: ISC
#include "platform/base/shell_word.h"

namespace platform {

std::string shell_quoted(std::string_view text) {
  // The list holds harmless characters, not special ones: a missing harmless character costs two needless quotes, but a
  // missing special one could run a command.
  constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:,@%=";
  if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  // Nothing is special inside single quotes but the quote itself, which has to be written outside of them.
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace platform
