// SPDX-License-Identifier: ISC
#include "platform/processes/child_program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <poll.h>
#include <span>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/files/file.h"
#include "platform/files/posix/file_descriptor.h"
#include "platform/processes/hardening.h"
#include "platform/processes/program_path.h"

namespace platform {

namespace {

using posix::FileDescriptor;
using Clock = std::chrono::steady_clock;

// The size stands before each message. Both programs are of one build, so it is in host order.
using Size = std::uint64_t;
// A shell and the dynamic loader end with this code when a program cannot be started.
constexpr int cannot_start = 127;
constexpr std::chrono::seconds time_to_end{2};

// One end of a socket, with a deadline for all waits together. Without a deadline it waits for ever.
class Channel {
 public:
  Channel(int reading, int writing, std::optional<Clock::time_point> deadline, std::function<void()> waiting = nullptr)
      : reading_(reading), writing_(writing), deadline_(deadline), waiting_(std::move(waiting)) {}

  [[nodiscard]] bool send(const SecretBytes& message) const {
    const Size size = message.size();
    return write_all(std::as_bytes(std::span(&size, 1))) && write_all(message.reveal());
  }

  [[nodiscard]] std::optional<SecretBytes> receive(std::size_t limit) const {
    Size size = 0;
    if (!read_all(std::as_writable_bytes(std::span(&size, 1))) || size > limit) return std::nullopt;
    SecretBytes message(size);
    if (!read_all(message.reveal_for_writing())) return std::nullopt;
    return message;
  }

  [[nodiscard]] bool is_late() const { return deadline_ && Clock::now() >= *deadline_; }

 private:
  [[nodiscard]] bool wait_until_ready(int descriptor, short event) const {
    while (!is_late()) {
      pollfd waiting{.fd = descriptor, .events = event, .revents = 0};
      const int ready = poll(&waiting, 1, time_of_a_look());
      if (ready > 0) return true;
      if (ready < 0 && errno != EINTR) return false;
      if (waiting_ && !is_late()) waiting_();
    }
    return false;
  }

  // In milliseconds, for poll(2).
  [[nodiscard]] int time_of_a_look() const {
    constexpr std::chrono::milliseconds between_calls{1'000};
    if (!deadline_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now());
    return static_cast<int>((waiting_ ? std::min(left, between_calls) : left).count());
  }

  [[nodiscard]] bool write_all(BytesView bytes) const {
    while (!bytes.empty()) {
      if (!wait_until_ready(writing_, POLLOUT)) return false;
      // send(2) and not write(2): a reader that is gone must be an error and not SIGPIPE.
      const ssize_t sent = ::send(writing_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
  }

  [[nodiscard]] bool read_all(std::span<std::byte> room) const {
    while (!room.empty()) {
      if (!wait_until_ready(reading_, POLLIN)) return false;
      const ssize_t got = read(reading_, room.data(), room.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      room = room.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }

  int reading_;
  int writing_;
  std::optional<Clock::time_point> deadline_;
  std::function<void()> waiting_;  // may be empty
};

// For execve(2): "NAME=value" of every variable that is not left out, and a null.
std::vector<char*> environment_of(const Program& program) {
  const auto is_left_out = [&](std::string_view entry) {
    return std::ranges::find(program.without_environment, entry.substr(0, entry.find('='))) !=
           program.without_environment.end();
  };
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!is_left_out(*entry)) environment.push_back(*entry);
  }
  environment.push_back(nullptr);
  return environment;
}

// Runs in the forked child. _exit(2), because the parent's exit handlers must not run twice.
[[noreturn]] void be_the_program(const Program& program, const FileDescriptor& channel,
                                 const FileDescriptor& complaints, char* const* environment) {
  const std::string file = program.file.string();
  std::string name = program.name;
  const std::array<char*, 2> arguments = {name.data(), nullptr};
  const bool connected = dup2(channel.get(), STDIN_FILENO) >= 0 && dup2(channel.get(), STDOUT_FILENO) >= 0 &&
                         dup2(complaints.get(), STDERR_FILENO) >= 0;
  if (!connected || (program.account && !become(*program.account))) _exit(cannot_start);
  // After the change of user, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execve(file.c_str(), arguments.data(), environment);
  _exit(cannot_start);
}

// How a child ended, and whether it had to be ended.
struct End {
  int status = 0;
  bool late = false;
};

// Polled, because waitpid(2) cannot wait for a limited time, and a child that closed its output may go on for ever.
End wait_for(pid_t child, Clock::time_point deadline) {
  constexpr std::chrono::milliseconds pause{1};
  End end;
  for (;;) {
    const pid_t ended = waitpid(child, &end.status, end.late ? 0 : WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return end;
    if (!end.late && Clock::now() >= deadline) {
      end.late = true;
      kill(child, SIGKILL);
    }
    if (!end.late) std::this_thread::sleep_for(pause);
  }
}

// What the program said on its standard error: as much as a person would read, and nothing that steers a terminal.
std::string heard_from(const FileDescriptor& complaints) {
  std::array<char, 4096> room{};
  const ssize_t size = read(complaints.get(), room.data(), room.size());
  std::string text(room.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  std::ranges::replace_if(
      text, [](char c) { return c != '\n' && (c < ' ' || c > '~'); }, '?');
  return text;
}

// In glibc's words: "PROGRAM: error while loading shared libraries: libcurl.so.4: cannot open shared object file ...".
// Empty when they are not there.
std::string missing_library(std::string_view complaints) {
  constexpr std::string_view words = "error while loading shared libraries: ";
  const auto at = complaints.find(words);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = complaints.substr(at + words.size());
  return std::string(rest.substr(0, rest.find_first_of(": \n")));
}

tl::unexpected<Error> failure_of(const Program& program, int status, bool late, const std::string& library) {
  const std::string name = program.file.string();
  if (late) return fail(ErrorKind::io, name + " took too long");
  if (!library.empty())
    return fail(ErrorKind::program_absent, name + " does not start: " + library + " is not installed");
  if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_start)
    return fail(ErrorKind::program_absent, name + " is not there, or cannot be started");
  if (WIFSIGNALED(status)) return fail(ErrorKind::io, name + " died of signal " + std::to_string(WTERMSIG(status)));
  return fail(ErrorKind::io, name + " gave no reply");
}

}  // namespace

Result<Path> find_program(const std::string& name) {
  const Path here = TRY(program_path()).parent_path();
  // Relative to bin/, so that a package can be installed under any prefix.
  const Path libraries = here.parent_path() / "lib" / "genkey-agent";
  for (const Path& file : std::array{libraries / name, here / name}) {
    if (facts_of(file)) return file;
  }
  return fail(ErrorKind::program_absent, name + " is not in " + libraries.string());
}

std::string_view repair_of_programs() {
  return "install libcurl and libarchive (Debian: libcurl4 libarchive13; Red Hat: libcurl libarchive)";
}

Result<SecretBytes> run_program(const Program& program, const SecretBytes& request, const ProgramLimits& limits,
                                const std::function<void()>& waiting) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(ErrorKind::io, std::string("cannot make a channel: ") + std::strerror(errno));
  const FileDescriptor ours(ends[0]);
  FileDescriptor theirs(ends[1]);
  // Never blocks: what the program says beyond the pipe's room is lost, and it goes on.
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return fail(ErrorKind::io, std::string("cannot make a channel: ") + std::strerror(errno));
  const FileDescriptor complaints(pipe_ends[0]);
  FileDescriptor complaining(pipe_ends[1]);
  const std::vector<char*> environment = environment_of(program);
  const pid_t child = fork();
  if (child < 0) return fail(ErrorKind::io, std::string("cannot start a process: ") + std::strerror(errno));
  if (child == 0) be_the_program(program, theirs, complaining, environment.data());
  theirs = FileDescriptor();
  complaining = FileDescriptor();

  const auto deadline = Clock::now() + limits.time;
  const Channel channel(ours.get(), ours.get(), deadline, waiting);
  auto reply = channel.send(request) ? channel.receive(limits.reply) : std::nullopt;
  // Without this a child that still writes would wait for a reader, and this process for the child.
  if (!reply) shutdown(ours.get(), SHUT_RDWR);
  // The parent always waits for the end of the child, so that no zombie stays. After its reply it has nothing left to
  // do.
  const End end = wait_for(child, reply ? std::min(deadline, Clock::now() + time_to_end) : deadline);
  const std::string heard = heard_from(complaints);
  // The loader's line is in the error, in words that a person can use.
  const std::string library = missing_library(heard);
  if (library.empty()) std::cerr << heard;
  if (reply) return std::move(*reply);
  return failure_of(program, end.status, end.late, library);
}

Result<SecretBytes> receive_request(std::size_t limit) {
  auto request = Channel(STDIN_FILENO, STDOUT_FILENO, std::nullopt).receive(limit);
  if (!request) return fail(ErrorKind::usage, "this program is run by genkey-agent, with a request on its input");
  return std::move(*request);
}

Result<void> send_reply(const SecretBytes& reply) {
  if (Channel(STDIN_FILENO, STDOUT_FILENO, std::nullopt).send(reply)) return {};
  return fail(ErrorKind::io, "nobody takes the reply");
}

}  // namespace platform
