// SPDX-License-Identifier: ISC
// Measures whole processes from a parent small enough not to colour the result: a process started from a
// large one is charged with its parent's memory, and an interpreter adds its own milliseconds.
//
//   stopwatch TOGETHER COMMAND...       starts TOGETHER processes at once; in each, {} becomes 1, 2, ...
//   stopwatch --ready PORT COMMAND...   until the process accepts a connection on 127.0.0.1:PORT, then ends
//   it
//
// Prints one JSON object: wall, user and system time in microseconds, the largest process's peak memory in
// KiB, and the exit code (of the first process that failed). The commands' standard output is dropped.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <vector>

#include "platform/files/posix/file_descriptor.h"
#include "tests/bench/stop.h"

namespace {

using Clock = std::chrono::steady_clock;
using Command = std::vector<std::string>;

struct Usage {
  long user = 0, system = 0, memory = 0;
  int exit_code = 0;

  void add(const rusage& usage, int status) {
    user += usage.ru_utime.tv_sec * 1'000'000 + usage.ru_utime.tv_usec;
    system += usage.ru_stime.tv_sec * 1'000'000 + usage.ru_stime.tv_usec;
    memory = std::max(memory, usage.ru_maxrss);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (exit_code == 0) exit_code = code;
  }

  void print(Clock::duration wall) const {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
    std::printf("{\"wall\": %lld, \"user\": %ld, \"system\": %ld, \"memory\": %ld, \"exit_code\": %d}\n",
                static_cast<long long>(microseconds), user, system, memory, exit_code);
  }
};

Command numbered(const Command& command, int number) {
  Command result = command;
  for (std::string& word : result)
    for (std::size_t at = 0; (at = word.find("{}", at)) != std::string::npos;)
      word.replace(at, 2, std::to_string(number));
  return result;
}

pid_t start(Command command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  pid_t child = 0;
  errno = posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  if (errno != 0) bench::stop_with_errno(words[0]);
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

void wait_for(pid_t child, Usage& usage) {
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) < 0) bench::stop_with_errno("wait4");
  usage.add(used, status);
}

void measure_together(int together, const Command& command) {
  std::vector<Command> commands;
  for (int number = 1; number <= together; ++number) commands.push_back(numbered(command, number));
  const auto begin = Clock::now();
  std::vector<pid_t> children;
  for (const Command& each : commands) children.push_back(start(each));
  Usage usage;
  for (const pid_t child : children) wait_for(child, usage);
  usage.print(Clock::now() - begin);
}

bool accepts_connections(int port) {
  const platform::posix::FileDescriptor attempt(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(attempt.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void measure_readiness(int port, const Command& command) {
  if (accepts_connections(port)) bench::stop("somebody listens on the port already");
  const auto begin = Clock::now();
  const pid_t child = start(command);
  while (!accepts_connections(port)) {
    if (Clock::now() - begin > std::chrono::seconds(10)) bench::stop("not ready after ten seconds");
    const timespec pause{.tv_sec = 0, .tv_nsec = 50'000};
    nanosleep(&pause, nullptr);
  }
  const auto ready = Clock::now() - begin;
  kill(child, SIGTERM);
  Usage usage;
  wait_for(child, usage);
  usage.exit_code = 0;  // it ended because it was told to
  usage.print(ready);
}

}  // namespace

int main(int argc, char** argv) {
  const bool readiness = argc > 1 && std::string_view(argv[1]) == "--ready";
  const int first = readiness ? 3 : 2;
  if (argc <= first) bench::stop("usage: stopwatch TOGETHER COMMAND... | --ready PORT COMMAND...");
  const int number = bench::number(argv[first - 1]);
  const Command command(argv + first, argv + argc);
  readiness ? measure_readiness(number, command) : measure_together(number, command);
}
