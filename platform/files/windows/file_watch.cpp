// SPDX-License-Identifier: ISC
#include "platform/files/file_watch.h"

#include <array>
#include <cstring>
#include <optional>

#include <boost/filesystem/operations.hpp>

#include "platform/base/windows/handle.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"

namespace platform {

// The system writes into `buffer` and `pending` until the request is over, so a State is neither copied nor moved.
struct FileWatch::State {
  windows::Handle directory;
  windows::Handle event;
  Path path;
  std::optional<FileFacts> facts;  // at the start; the file is not kept open, because an open file cannot be replaced
  std::wstring name;               // only changes under this name matter
  OVERLAPPED pending{};
  alignas(DWORD) std::array<std::byte, 4096> buffer{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    DWORD ignored = 0;
    if (!directory.valid()) return;
    // Waits for the end of the request, because the system would otherwise write into freed memory.
    CancelIo(directory.get());
    GetOverlappedResult(directory.get(), &pending, &ignored, TRUE);
  }

  bool ask() {
    // Security too: a key that everyone may read by now is a changed key.
    constexpr DWORD changes = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME |
                              FILE_NOTIFY_CHANGE_ATTRIBUTES | FILE_NOTIFY_CHANGE_SIZE | FILE_NOTIFY_CHANGE_LAST_WRITE |
                              FILE_NOTIFY_CHANGE_SECURITY;
    pending = {};
    pending.hEvent = event.get();
    return ReadDirectoryChangesW(directory.get(), buffer.data(), static_cast<DWORD>(buffer.size()), FALSE, changes,
                                 nullptr, &pending, nullptr) != 0;
  }

  [[nodiscard]] bool is_named(std::span<const std::byte> changes) const {
    for (std::size_t at = 0;;) {
      FILE_NOTIFY_INFORMATION head{};
      std::memcpy(&head, changes.data() + at, offsetof(FILE_NOTIFY_INFORMATION, FileName));
      std::wstring changed(head.FileNameLength / sizeof(wchar_t), L'\0');
      std::memcpy(changed.data(), changes.data() + at + offsetof(FILE_NOTIFY_INFORMATION, FileName),
                  head.FileNameLength);
      // Names differ in case without differing on the disk.
      if (CompareStringOrdinal(changed.data(), static_cast<int>(changed.size()), name.data(),
                               static_cast<int>(name.size()), TRUE) == CSTR_EQUAL)
        return true;
      if (head.NextEntryOffset == 0) return false;
      at += head.NextEntryOffset;
    }
  }
};

namespace {

// Only a directory that exists can be watched. In the nearest one the file, or the next directory on its way, will
// appear.
Path nearest_directory(const Path& path) {
  boost::system::error_code error;
  Path directory = path.parent_path();
  while (directory.has_relative_path() && !boost::filesystem::is_directory(directory, error))
    directory = directory.parent_path();
  return directory;
}

windows::Handle open_for_watching(const std::wstring& name) {
  // Shares everything: a watch must not keep Ops Manager or an administrator from renaming the directory.
  constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  constexpr DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED;
  return windows::Handle(CreateFileW(name.c_str(), FILE_LIST_DIRECTORY, share, nullptr, OPEN_EXISTING, flags, nullptr));
}

}  // namespace

FileWatch::FileWatch(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWatch::FileWatch(FileWatch&&) noexcept = default;
FileWatch& FileWatch::operator=(FileWatch&&) noexcept = default;
FileWatch::~FileWatch() = default;

Result<FileWatch> FileWatch::start(const Path& path) {
  const Path plain = TRY(windows::plain_path(path));
  auto state = std::make_unique<State>();
  const Path directory = nearest_directory(plain);
  const std::wstring directory_name = TRY(windows::native_path(directory));
  state->name = plain.lexically_relative(directory).begin()->wstring();
  state->event = windows::Handle(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  windows::Handle opened = open_for_watching(directory_name);
  if (!opened.valid() || !state->event.valid()) return windows::fail_code("cannot watch", directory);
  state->directory = std::move(opened);
  // The watch comes before the look, so that a change in between is not missed.
  if (!state->ask()) return windows::fail_code("cannot watch", directory);

  state->path = plain;
  const auto facts = facts_of(plain);
  if (!facts && facts.error().kind != ErrorKind::not_found) return tl::unexpected(facts.error());
  if (facts) state->facts = *facts;
  return FileWatch(std::move(state));
}

std::intptr_t FileWatch::native_handle() const { return reinterpret_cast<std::intptr_t>(state_->event.get()); }

bool FileWatch::take_events() {
  bool concerned = false;
  DWORD got = 0;
  while (GetOverlappedResult(state_->directory.get(), &state_->pending, &got, FALSE) != 0) {
    // 0 bytes: more happened than the buffer could hold, and the file may be among it.
    concerned = concerned || got == 0 || state_->is_named(std::span(state_->buffer).first(got));
    ResetEvent(state_->event.get());
    if (!state_->ask()) return true;
  }
  return concerned || GetLastError() != ERROR_IO_INCOMPLETE;
}

bool FileWatch::was_present() const { return state_->facts.has_value(); }

bool FileWatch::unchanged() const {
  if (!state_->facts) return true;
  const auto facts = facts_of(state_->path);
  return facts && facts->same_content(*state_->facts);
}

}  // namespace platform
