// SPDX-License-Identifier: ISC
#include "platform/services/service_notify.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/files/posix/file_descriptor.h"

namespace platform {

void notify_service_manager(std::string_view message) {
  const char* name = std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe): one thread, at start
  if (name == nullptr) return;
  const std::string_view path(name);
  sockaddr_un address{};
  if (path.size() < 2 || path.size() >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return;

  address.sun_family = AF_UNIX;
  std::ranges::copy(path, address.sun_path);
  // systemd writes an abstract socket's name with an @ in place of the zero byte.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const posix::FileDescriptor channel(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!channel.valid()) return;
  // The exact size: the name of an abstract socket ends with the size, not with a zero byte.
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  // The service runs as well without a listening manager.
  [[maybe_unused]] const ssize_t sent = sendto(channel.get(), message.data(), message.size(), MSG_NOSIGNAL,
                                               reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace platform
