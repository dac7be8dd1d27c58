// SPDX-License-Identifier: ISC
#include "platform/files/file.h"

#include <algorithm>

#include "platform/files/stream.h"

namespace platform {

namespace {

// `room` is one byte longer than the limit, so that a full room means that there is more.
Result<std::size_t> read_stream_into(std::span<std::byte> room, int descriptor) {
  const std::string origin =
      descriptor == standard_input ? "standard input" : "descriptor " + std::to_string(descriptor);
  const std::size_t size = TRY(read_to_end(descriptor, room, origin));
  if (size < room.size()) return size;
  return fail(ErrorKind::invalid_key,
              origin + " has more than the " + std::to_string(room.size() - 1) + " bytes expected");
}

}  // namespace

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

namespace {

// The same on every system, because a disk can be moved from one to another.
constexpr std::string_view temporary_end = ".genkey-agent-new";

}  // namespace

Path temporary_of(const Path& path) {
  return path.parent_path() / ("." + path.filename().string() + std::string(temporary_end));
}

bool is_temporary(const Path& path) {
  const std::string name = path.filename().string();
  return name.size() > 1 + temporary_end.size() && name.starts_with('.') && name.ends_with(temporary_end);
}

std::string octal(std::uint32_t mode) {
  constexpr std::uint32_t digits = 4;
  std::string text;
  for (std::uint32_t digit = digits; digit-- > 0;) text += static_cast<char>('0' + ((mode >> (3 * digit)) & 7U));
  return text;
}

bool lets_read(const FileFacts& facts, const Account& account) {
  // Root ignores the mode.
  if (account.uid == 0) return true;
  // The first class that fits decides, as in the kernel: an owner whose bit is missing does not get the group's.
  const std::uint32_t wanted = facts.uid == account.uid ? 0400U : facts.gid == account.gid ? 0040U : 0004U;
  return (facts.mode & wanted) != 0;
}

Result<SecretBytes> read_secret_stream(int descriptor, std::size_t limit) {
  SecretBytes room(limit + 1);
  const std::size_t size = TRY(read_stream_into(room.reveal_for_writing(), descriptor));
  // Not shrunk in place: a secret owns exactly the bytes that it has, because reveal() hands out all of them.
  SecretBytes content(size);
  std::ranges::copy(room.reveal().first(size), content.reveal_for_writing().begin());
  return content;
}

Result<Bytes> read_stream(int descriptor, std::size_t limit) {
  Bytes content(limit + 1);
  content.resize(TRY(read_stream_into(content, descriptor)));
  return content;
}

}  // namespace platform
