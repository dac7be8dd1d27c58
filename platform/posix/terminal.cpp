#include "platform/terminal.h"

#include <algorithm>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "platform/posix/descriptor.h"
#include "platform/posix/errno_error.h"

namespace platform {

namespace {

// Gives the terminal its echo back on every way out.
class Silence {
 public:
  explicit Silence(int terminal) : terminal_(terminal) {
    known_ = tcgetattr(terminal_, &before_) == 0;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
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

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

Result<SecretBytes> ask_hidden_line(std::string_view prompt, std::size_t limit) {
  const posix::Descriptor terminal(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.valid()) return fail(ErrorKind::usage, "there is no terminal to ask on");
  if (write(terminal.get(), prompt.data(), prompt.size()) < 0) return posix::fail_errno("cannot write to", "/dev/tty");

  const Silence silence(terminal.get());
  SecretBytes room(limit + 1);
  const ssize_t got = read(terminal.get(), room.reveal_for_writing().data(), room.size());
  if (got < 0) return posix::fail_errno("cannot read from", "/dev/tty");
  const auto line = room.reveal().first(static_cast<std::size_t>(got));
  const auto end = std::ranges::find(line, std::byte{'\n'});
  SecretBytes answer(static_cast<std::size_t>(end - line.begin()));
  std::copy(line.begin(), end, answer.reveal_for_writing().begin());
  return answer;
}

}  // namespace platform
