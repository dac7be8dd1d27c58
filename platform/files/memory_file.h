// SPDX-License-Identifier: ISC
// A file in memory, for libraries that take a secret only by its path. It has no name in any directory and ends with
// this object. Linux only.
#pragma once

#include "platform/base/bytes.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

class MemoryFile {
 public:
  /// io when the system refuses.
  static Result<MemoryFile> holding(BytesView content);

  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&& other) = delete;
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();

  /// For this process alone: "/proc/self/fd/5".
  [[nodiscard]] Path path() const;

 private:
  explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace platform
