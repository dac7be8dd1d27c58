// SPDX-License-Identifier: ISC
#include "platform/processes/forked_child.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/base/memory.h"
#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/file_descriptor.h"
#include "platform/processes/hardening.h"

namespace platform {

namespace {

using posix::FileDescriptor;
using Clock = std::chrono::steady_clock;

// On the pipe stand two sizes, the secret, and the public bytes. Both ends are this program, so the sizes are in host
// order.
using Sizes = std::array<std::uint64_t, 2>;

bool write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// Leaves the child only the pipe to its parent, and standard error for its log. The child talks to strangers, and a
// lock of the state directory that it also held would outlive a parent that was killed. Standard input and output
// become /dev/null, so that no socket gets their numbers. Gives the pipe's new number, or nothing on failure.
std::optional<int> keep_only(int out) {
  constexpr int kept = STDERR_FILENO + 1;
  if (dup2(out, kept) < 0) return std::nullopt;
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0) return std::nullopt;
  closefrom(kept + 1);
  return kept;
}

// noexcept: an exception in here ends this process. It must never unwind into a second copy of the parent.
[[noreturn]] void be_the_child(const std::optional<Account>& account, int pipe,
                               const std::function<ChildReport()>& work) noexcept {
  prctl(PR_SET_NAME, "genkey-peers");
  // Before the change of user: root may lock any amount of memory.
  lock_secrets_again();
  const std::optional<int> out = keep_only(pipe);
  if (!out || (account && !become(*account))) _exit(1);
  // After the change of user, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const ChildReport report = work();
  const Sizes sizes{report.secret.size(), report.said.size()};
  const bool sent = write_all(*out, std::as_bytes(std::span(sizes))) && write_all(*out, report.secret.reveal()) &&
                    write_all(*out, report.said);
  _exit(sent ? 0 : 1);
}

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
  Sizes sizes{};
  TRY(read_all(in, std::as_writable_bytes(std::span(sizes)), deadline));
  // Before any memory is allocated: the child may be in a stranger's hands, and so may the sizes.
  if (sizes[0] > limits.secret || sizes[1] > limits.said) return silent("said too much");
  ChildReport report{SecretBytes(sizes[0]), Bytes(sizes[1])};
  TRY(read_all(in, report.secret.reveal_for_writing(), deadline));
  TRY(read_all(in, report.said, deadline));
  return report;
}

// Killed in any case: if a stranger controls the child, it would not end by itself.
void end(pid_t child) {
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
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
  if (child == 0) be_the_child(account, out.get(), work);
  // Otherwise the end of the child would not end the reading.
  out = FileDescriptor();

  auto report = receive(in.get(), limits);
  end(child);
  return report;
}

}  // namespace platform
