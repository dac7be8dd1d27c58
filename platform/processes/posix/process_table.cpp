// SPDX-License-Identifier: ISC
#include "platform/processes/posix/process_table.h"

#include <charconv>

#include <boost/filesystem/directory.hpp>

#include "platform/base/bytes.h"
#include "platform/files/file.h"

namespace platform::posix {

bool each_process(const std::function<void(std::int32_t process, const Path& directory)>& use) {
  boost::system::error_code error;
  for (boost::filesystem::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::int32_t process = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), process);
    if (read.ec == std::errc() && read.ptr == name.data() + name.size()) use(process, at->path());
  }
  return !error;
}

bool sees_all_processes() {
  // Every host has a first process, and hidepid= hides it, too: even from root, without CAP_SYS_PTRACE.
  return !content_of("/proc/1/comm", 64).empty();
}

std::string content_of(const Path& path, std::size_t limit) {
  const auto file = read_file(path, limit, Links::follow);
  return file ? std::string(text_of(file->content)) : "";
}

}  // namespace platform::posix
