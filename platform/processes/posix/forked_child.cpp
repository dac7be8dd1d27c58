// SPDX-License-Identifier: ISC
#include "platform/processes/forked_child.h"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/file_descriptor.h"
#include "platform/processes/posix/child_side.h"

namespace platform {

namespace {

using posix::ChildSizes;
using posix::FileDescriptor;
using Clock = std::chrono::steady_clock;

tl::unexpected<Error> silent(const char* why) {
  return fail(ErrorKind::peer_silent, std::string("the process that talks to peers ") + why);
}

Result<void> read_all(int in, std::span<std::byte> room, Clock::time_point deadline) {
  while (!room.empty()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = in, .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return silent("took too long");
    const ssize_t got = read(in, room.data(), room.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return silent("died");
    room = room.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Result<ChildReport> receive(int in, const ChildLimits& limits) {
  const auto deadline = Clock::now() + limits.time;
  ChildSizes sizes{};
  TRY(read_all(in, std::as_writable_bytes(std::span(sizes)), deadline));
  // Before any memory is allocated: the child may be in a stranger's hands, and so may the sizes.
  if (sizes[0] > limits.secret || sizes[1] > limits.said) return silent("said too much");
  ChildReport report{SecretBytes(sizes[0]), Bytes(sizes[1])};
  TRY(read_all(in, report.secret.reveal_for_writing(), deadline));
  TRY(read_all(in, report.said, deadline));
  return report;
}

}  // namespace

Result<ChildReport> run_in_child(const std::optional<Account>& account, const ChildLimits& limits,
                                 const std::function<ChildReport()>& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return fail(ErrorKind::io, "cannot make a pipe");
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  const pid_t child = fork();
  if (child < 0) return fail(ErrorKind::io, std::string("cannot start a process: ") + std::strerror(errno));
  if (child == 0) posix::be_the_child(account, out.get(), work);
  // Otherwise the end of the child would not end the reading.
  out = FileDescriptor();

  auto report = receive(in.get(), limits);
  posix::end_child(child);
  return report;
}

}  // namespace platform
