// SPDX-License-Identifier: ISC
// Escapes text for Nagios' line and for Prometheus' quoted labels: quotes and backslashes get a backslash, a line end
// becomes a blank. Other control characters stay.
#pragma once

#include <string>

namespace agent {

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace agent
