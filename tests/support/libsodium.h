// SPDX-License-Identifier: ISC
// Starts libsodium before main(), as harden_process() does in the program, because secrets cannot be held before that.
#pragma once

#include <stdexcept>

#include <sodium.h>

namespace tests {

inline const bool libsodium_is_ready = [] {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  return true;
}();

}  // namespace tests
