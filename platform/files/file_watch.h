// SPDX-License-Identifier: ISC
// Notices that a file has changed, without polling.
#pragma once

#include <cstdint>
#include <memory>

#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/files/file.h"

namespace platform {

/// Watches one file: its content, its name, its creation and removal. Keeps what it needs open, so that it still works
/// after the process gave up its rights.
///
/// It may miss what another host does to a file on a network file system. unchanged() looks at the file itself.
class FileWatch {
 public:
  /// Works for a file that does not exist yet: the nearest existing directory above it is watched.
  static Result<FileWatch> start(const Path& path);
  FileWatch(FileWatch&&) noexcept;
  FileWatch& operator=(FileWatch&&) noexcept;
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;
  ~FileWatch();

  /// A descriptor that becomes readable when something happened; on Windows a handle that is signalled.
  /// platform/files/file_events.h waits for it.
  [[nodiscard]] std::intptr_t native_handle() const;
  /// Reads the waiting events. True when one of them concerned the file, or when events were lost.
  [[nodiscard]] bool take_events();
  /// Whether there was a file at the start.
  [[nodiscard]] bool was_present() const;
  /// Whether the file that was there at the start still has its name and was not written to. If there was none, always
  /// true: only take_events() notices a new file, because this process may have lost the right to look.
  [[nodiscard]] bool unchanged() const;

 private:
  struct State;
  explicit FileWatch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace platform
