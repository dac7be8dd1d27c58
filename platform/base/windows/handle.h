// SPDX-License-Identifier: ISC
// An open handle of the system with one owner.
#pragma once

#include <utility>

#include "platform/base/windows/system.h"

namespace platform::windows {

class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE value) : value_(value) {}
  Handle(Handle&& other) noexcept : value_(std::exchange(other.value_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    Handle old(std::exchange(value_, std::exchange(other.value_, nullptr)));
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  /// Ignores failures, so it is for handles that were only read. Whoever wrote through a handle closes it and checks.
  ~Handle() {
    if (valid()) CloseHandle(value_);
  }

  [[nodiscard]] HANDLE get() const { return value_; }
  /// Calls of the system report a failure with either of two values: CreateFileW with INVALID_HANDLE_VALUE, others with
  /// null.
  [[nodiscard]] bool valid() const { return value_ != nullptr && value_ != INVALID_HANDLE_VALUE; }
  [[nodiscard]] HANDLE release() { return std::exchange(value_, nullptr); }

 private:
  HANDLE value_ = nullptr;
};

}  // namespace platform::windows
