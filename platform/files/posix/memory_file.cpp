// SPDX-License-Identifier: ISC
#include "platform/files/memory_file.h"

#include <cerrno>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace platform {

Result<MemoryFile> MemoryFile::holding(BytesView content) {
  MemoryFile file(memfd_create("genkey-agent", MFD_CLOEXEC));
  if (file.descriptor_ < 0) return fail(ErrorKind::io, "cannot make a file in memory");
  while (!content.empty()) {
    const ssize_t written = write(file.descriptor_, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return fail(ErrorKind::io, "cannot write to a file in memory");
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return file;
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

}  // namespace platform
