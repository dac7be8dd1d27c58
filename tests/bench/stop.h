// SPDX-License-Identifier: ISC
// How a bench program gives up: one line on standard error, exit code 1. A floor that failed is never a
// number.
#pragma once

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace bench {

[[noreturn]] inline void stop(const char* reason) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, reason);
  std::exit(1);
}

[[noreturn]] inline void stop_with_errno(const char* what) {
  std::fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, std::strerror(errno));
  std::exit(1);
}

/// A whole number from the command line.
inline int number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) stop("expected a number");
  return value;
}

}  // namespace bench
