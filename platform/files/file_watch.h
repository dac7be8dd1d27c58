// Notices, without polling, that a file is no longer what it was.
#pragma once

#include <cstdint>
#include <memory>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace platform {

/// Watches one file: its content, its name, its coming and going. Keeps what it needs open, so that it still works
/// after the process gave up the right to look.
///
/// It may miss what another host does to a file on a network file system; unchanged() asks the file itself.
class FileWatch {
 public:
  static Result<FileWatch> start(const Path& path);
  FileWatch(FileWatch&&) noexcept;
  FileWatch& operator=(FileWatch&&) noexcept;
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;
  ~FileWatch();

  /// A descriptor that becomes readable when something happened; on Windows a handle that is signalled then.
  /// platform/files/file_events.h waits for it.
  [[nodiscard]] std::intptr_t native_handle() const;
  /// Reads the waiting events and says whether any of them concerned the file.
  [[nodiscard]] bool take_events();
  /// Whether there was a file at the start.
  [[nodiscard]] bool was_present() const;
  /// Whether the file that was there at the start has kept its name and was not written to. True while it is absent
  /// and was absent at the start, as far as this process may look.
  [[nodiscard]] bool unchanged() const;

 private:
  struct State;
  explicit FileWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace platform
