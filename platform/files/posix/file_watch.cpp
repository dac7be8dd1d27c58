// SPDX-License-Identifier: ISC
#include "platform/files/file_watch.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/directory.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform {

struct FileWatch::State {
  posix::FileDescriptor events;
  posix::FileDescriptor file;  // O_PATH: allows fstat(2) and gives no access to the key
  FileFacts facts;
  std::string name;  // the entry of the watched directory that matters
  int file_watch = -1;
};

namespace {

// IN_ATTRIB also reports changes of owner, mode and number of names (inotify(7)).
constexpr std::uint32_t file_events = IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t directory_events = IN_CREATE | IN_MOVED_TO | IN_ONLYDIR;

// inotify cannot watch what does not exist. In the nearest existing directory the file, or the next directory on its
// way, will appear.
Path nearest_directory(const Path& path) {
  Path directory = path.parent_path();
  while (!directory.empty() && directory != "/" && !boost::filesystem::is_directory(directory))
    directory = directory.parent_path();
  return directory.empty() ? Path("/") : directory;
}

// The name that will appear in `directory` first, on the way to `path`.
std::string next_part(const Path& directory, const Path& path) {
  const Path rest = path.lexically_relative(directory);
  return rest.begin()->string();
}

}  // namespace

FileWatch::FileWatch(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileWatch::FileWatch(FileWatch&&) noexcept = default;
FileWatch& FileWatch::operator=(FileWatch&&) noexcept = default;
FileWatch::~FileWatch() = default;

Result<FileWatch> FileWatch::start(const Path& path) {
  auto state = std::make_unique<State>();
  state->events = posix::FileDescriptor(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!state->events.valid()) return posix::fail_errno("cannot watch", path);

  const Path directory = nearest_directory(path);
  state->name = next_part(directory, path);
  // The watch comes before the look, so that a change in between is not missed.
  if (inotify_add_watch(state->events.get(), directory.c_str(), directory_events) < 0) {
    return posix::fail_errno("cannot watch", directory);
  }
  // Kept open, so that fstat(2) still works after this process gave up its rights.
  state->file = posix::FileDescriptor(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!state->file.valid()) return FileWatch(std::move(state));

  struct stat status {};
  if (fstat(state->file.get(), &status) != 0) return posix::fail_errno("cannot examine", path);
  state->facts = posix::facts_from(status);
  // By name, because inotify takes no descriptor. If the name is another file by now, unchanged() notices.
  state->file_watch = inotify_add_watch(state->events.get(), path.c_str(), file_events | IN_DONT_FOLLOW);
  if (state->file_watch < 0) return posix::fail_errno("cannot watch", path);
  return FileWatch(std::move(state));
}

std::intptr_t FileWatch::native_handle() const { return state_->events.get(); }

bool FileWatch::take_events() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool concerned = false;
  for (;;) {
    const ssize_t got = read(state_->events.get(), buffer.data(), buffer.size());
    if (got <= 0) return concerned;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      // Copied, because an event in the buffer may be unaligned.
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      // After an overflow events were lost, and any of them may have been about this file.
      concerned = concerned || event.wd == state_->file_watch || (event.mask & IN_Q_OVERFLOW) != 0U ||
                  (event.len > 0 && state_->name == name);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

bool FileWatch::was_present() const { return state_->file.valid(); }

bool FileWatch::unchanged() const {
  if (!state_->file.valid()) return true;
  struct stat status {};
  if (fstat(state_->file.get(), &status) != 0) return false;
  const FileFacts facts = posix::facts_from(status);
  // A file that was replaced lives on under this descriptor, but no name is left.
  return facts.links > 0 && facts.same_content(state_->facts);
}

}  // namespace platform
