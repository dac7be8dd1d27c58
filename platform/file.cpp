#include "platform/file.h"

namespace platform {

const char* noun_of(FileType type) {
  switch (type) {
    case FileType::regular: return "a regular file";
    case FileType::directory: return "a directory";
    case FileType::symlink: return "a symbolic link";
    case FileType::fifo: return "a FIFO";
    case FileType::socket: return "a socket";
    case FileType::device: return "a device";
  }
  __builtin_unreachable();
}

std::string octal(std::uint32_t mode) {
  constexpr std::uint32_t digits = 4;
  std::string text;
  for (std::uint32_t digit = digits; digit-- > 0;) text += static_cast<char>('0' + ((mode >> (3 * digit)) & 7U));
  return text;
}

bool lets_read(const FileFacts& facts, const Account& account) {
  if (account.uid == 0) return true;
  const std::uint32_t wanted = facts.uid == account.uid ? 0400U : facts.gid == account.gid ? 0040U : 0004U;
  return (facts.mode & wanted) != 0;
}

}  // namespace platform
