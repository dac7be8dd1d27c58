// SPDX-License-Identifier: ISC
#include "platform/processes/posix/child_side.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <span>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/base/memory.h"
#include "platform/processes/hardening.h"

namespace platform::posix {

namespace {

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

}  // namespace

void be_the_child(const std::optional<Account>& account, int pipe, const std::function<ChildReport()>& work) noexcept {
  prctl(PR_SET_NAME, "genkey-peers");
  // Before the change of user: root may lock any amount of memory.
  lock_secrets_again();
  const std::optional<int> out = keep_only(pipe);
  if (!out || (account && !become(*account))) _exit(1);
  // After the change of user, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const ChildReport report = work();
  const ChildSizes sizes{report.secret.size(), report.said.size()};
  const bool sent = write_all(*out, std::as_bytes(std::span(sizes))) && write_all(*out, report.secret.reveal()) &&
                    write_all(*out, report.said);
  _exit(sent ? 0 : 1);
}

void end_child(pid_t child) {
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace platform::posix
