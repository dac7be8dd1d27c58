// SPDX-License-Identifier: ISC
#include "platform/processes/terminal.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <span>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "platform/base/posix/errno_error.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform {

namespace {

using posix::FileDescriptor;

// Delays the signals that would end this process while the terminal has no echo. They take effect when this object
// goes. The descriptor only shows that a signal waits; nobody reads it there.
class Postponed {
 public:
  Postponed() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&ending, number);
    pthread_sigmask(SIG_BLOCK, &ending, &before_);
    waiting_ = FileDescriptor(signalfd(-1, &ending, SFD_CLOEXEC));
  }
  Postponed(const Postponed&) = delete;
  Postponed& operator=(const Postponed&) = delete;
  ~Postponed() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  [[nodiscard]] int descriptor() const { return waiting_.get(); }

 private:
  sigset_t before_{};
  FileDescriptor waiting_;
};

// Restores the echo on every return, because a shell without echo looks dead.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    known_ = tcgetattr(terminal_, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    // The line end is still shown, so that the next output begins on a new line.
    silent.c_lflag |= static_cast<tcflag_t>(ECHONL);
    if (known_) tcsetattr(terminal_, TCSAFLUSH, &silent);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (known_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }

 private:
  int terminal_;
  termios before_{};
  bool known_ = false;
};

// Reads a line, unless a signal that ends this process comes first.
Result<std::size_t> read_line(int terminal, const Postponed& signals, std::span<std::byte> room) {
  std::array<pollfd, 2> either{pollfd{terminal, POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0}};
  if (poll(either.data(), either.size(), -1) < 0) return posix::fail_errno("cannot read from", "/dev/tty");
  if (either[1].revents != 0) return fail(ErrorKind::usage, "interrupted before there was an answer");
  const ssize_t got = read(terminal, room.data(), room.size());
  if (got < 0) return posix::fail_errno("cannot read from", "/dev/tty");
  return static_cast<std::size_t>(got);
}

// Such a terminal shows colours too.
bool moves_its_cursor() {
  const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): one thread
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

}  // namespace

bool has_terminal() { return FileDescriptor(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)).valid(); }

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

std::size_t columns_of_stderr() {
  if (!stderr_is_terminal() || !moves_its_cursor()) return 0;
  // A serial line does not know its width.
  constexpr std::size_t usual = 80;
  winsize window{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : usual;
}

bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): one thread
  struct stat facts {};
  if (stream == nullptr || fstat(STDERR_FILENO, &facts) != 0) return false;
  return stream == std::to_string(facts.st_dev) + ":" + std::to_string(facts.st_ino);
}

// In the terminal's own line mode, with echo. A signal ends this process as usual: there is nothing to restore.
Result<std::string> ask_line(std::string_view prompt, std::size_t limit) {
  const FileDescriptor terminal(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid()) return fail(ErrorKind::usage, "there is no terminal to ask on");
  if (write(terminal.get(), prompt.data(), prompt.size()) < 0) return posix::fail_errno("cannot write to", "/dev/tty");
  std::string line(limit + 1, '\0');
  const ssize_t got = read(terminal.get(), line.data(), line.size());
  if (got < 0) return posix::fail_errno("cannot read from", "/dev/tty");
  // The end of input, as Control-D gives it.
  if (got == 0) return fail(ErrorKind::usage, "interrupted before there was an answer");
  line.resize(static_cast<std::size_t>(got));
  if (!line.ends_with('\n')) return fail(ErrorKind::usage, "the answer is too long");
  line.pop_back();
  return line;
}

bool shows_colour() {
  const char* none = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  // https://no-color.org: the variable counts unless it is empty.
  const bool wanted = none == nullptr || *none == '\0';
  return wanted && isatty(STDOUT_FILENO) == 1 && moves_its_cursor();
}

Result<SecretBytes> ask_hidden_line(std::string_view prompt, std::size_t limit) {
  // Not standard input: a key or a backup may come through that.
  const FileDescriptor terminal(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid()) return fail(ErrorKind::usage, "there is no terminal to ask on");

  const Postponed signals;
  // The echo goes before the question is asked: switching it off discards earlier input, and an answer must not be
  // discarded.
  const Silence silence(terminal.get());
  if (write(terminal.get(), prompt.data(), prompt.size()) < 0) return posix::fail_errno("cannot write to", "/dev/tty");
  SecretBytes room(limit + 1);
  const std::size_t size = TRY(read_line(terminal.get(), signals, room.reveal_for_writing()));
  const auto line = room.reveal().first(size);
  const auto end = std::ranges::find(line, std::byte{'\n'});
  SecretBytes answer(static_cast<std::size_t>(end - line.begin()));
  std::copy(line.begin(), end, answer.reveal_for_writing().begin());
  return answer;
}

}  // namespace platform
