// SPDX-License-Identifier: ISC
#include "platform/processes/confined_program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "platform/files/posix/file_descriptor.h"
#include "platform/processes/hardening.h"

namespace platform {

namespace {

using posix::FileDescriptor;
using Clock = std::chrono::steady_clock;

// Exit codes of a child that may not be the account, could not be confined, or whose program could not be started. 127
// is what a shell and the dynamic loader use.
constexpr int not_the_account = 124;
constexpr int not_confined = 125;
constexpr int cannot_start = 127;

constexpr rlim_t most_memory = rlim_t{1} << 30U;
constexpr rlim_t most_seconds_of_cpu = 60;  // for processes that left the group

// SIGKILL cannot end a process that waits for a dead file system. Then nobody waits for it any longer than this.
constexpr std::chrono::seconds dying_time{2};
constexpr std::chrono::milliseconds between_looks{5};

enum class Namespaces : std::uint8_t { none, fresh };

// Everything that the child needs, prepared before the fork: look-ups of accounts may read files and ask the network.
struct Launch {
  std::string file;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::optional<Account> account;
  std::vector<GroupId> groups;  // of that account
  UserId uid = 0;
  GroupId gid = 0;
};

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

bool write_file(const char* path, const std::string& text) {
  const FileDescriptor file(open(path, O_WRONLY | O_CLOEXEC));
  return file.valid() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Maps the caller to itself. Without a mapping it would be nobody in its own user namespace, and could not read its
// files.
bool keep_own_ids(UserId uid, GroupId gid) {
  // /proc belongs to the process only while it is dumpable. become() switches that off again.
  const std::string user = std::to_string(uid);
  const std::string group = std::to_string(gid);
  return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", user + " " + user + " 1") &&
         write_file("/proc/self/gid_map", group + " " + group + " 1");
}

bool make_files_read_only() {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  // <sys/mount.h> and <linux/mount.h> cannot be included together, so this is the bare system call.
  // Private first: otherwise the change would reach the mounts of the whole host.
  return syscall(SYS_mount, nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attributes, sizeof attributes) == 0;
}

// Failures are ignored: some units forbid limits, and the namespaces and the account still confine the program.
void limit_resources() {
  const auto set = [](auto resource, rlim_t most) {
    const rlimit limit{most, most};
    setrlimit(resource, &limit);
  };
  set(RLIMIT_FSIZE, 0);
  set(RLIMIT_CORE, 0);
  set(RLIMIT_DATA, most_memory);
  set(RLIMIT_CPU, most_seconds_of_cpu);
}

// For a service that is root: with root's other capabilities the program could undo the namespaces.
bool keep_only_reading() {
  for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
    if (capability == CAP_DAC_READ_SEARCH) continue;
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) return false;
  }
  return true;
}

bool take_standard_streams(int out) {
  const int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0 || dup2(out, STDOUT_FILENO) < 0) return false;
  if (dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDERR_FILENO) < 0) return false;
  // Older kernels lack close_range(2), and some filters forbid it. closefrom() knows another way.
  closefrom(STDERR_FILENO + 1);
  return true;
}

void set_signals() {
  static_cast<void>(signal(SIGPIPE, SIG_DFL));
  // A write beyond the limit must fail as on a read-only file system, and not kill the shell.
  static_cast<void>(signal(SIGXFSZ, SIG_IGN));
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// noexcept: an exception in here ends this process. It must never unwind into a second copy of the parent.
[[noreturn]] void be_the_program(const Launch& launch, int out, Namespaces namespaces) noexcept {
  // A session of its own, so that the parent can kill all that the program starts, and because a session without a
  // terminal cannot read what a person types there, nor type for them (TIOCSTI).
  if (setsid() < 0) _exit(not_confined);
  if (!take_standard_streams(out)) _exit(cannot_start);
  const bool fresh = namespaces == Namespaces::fresh;
  if (fresh && launch.uid != 0 && !keep_own_ids(launch.uid, launch.gid)) _exit(not_confined);
  if (fresh && !make_files_read_only()) _exit(not_confined);
  limit_resources();
  const Account account =
      launch.account.value_or(Account{.name = {}, .uid = launch.uid, .gid = launch.gid, .home = {}});
  if (account.uid == 0 && !keep_only_reading() && fresh) _exit(not_confined);
  if (!become(account, launch.groups)) _exit(not_the_account);
  // After the change of user, which clears it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Where the program can still create files, nobody else may read them.
  umask(S_IRWXG | S_IRWXO);
  set_signals();
  if (chdir("/") != 0) _exit(cannot_start);
  execve(launch.file.c_str(), launch.arguments.data(), launch.environment.data());
  _exit(cannot_start);
}

pid_t fork_into(Namespaces namespaces) {
  if (namespaces == Namespaces::none) return fork();
  unsigned long flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC;
  if (!running_as_root()) flags |= CLONE_NEWUSER;
  // Like fork(2), but in new namespaces. glibc's clone() would need a stack of its own.
  return static_cast<pid_t>(syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

enum class Ending : std::uint8_t { complete, closed, late, too_much };

struct Reading {
  Ending ending = Ending::closed;
  std::string text;
};

Reading read_until(int in, std::string_view last_words, std::size_t most, Clock::time_point deadline) {
  Reading reading;
  std::array<char, 4096> buffer{};
  while (reading.text.size() <= most) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = in, .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    reading.ending = Ending::late;
    if (ready <= 0) return reading;
    const ssize_t got = read(in, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    reading.ending = Ending::closed;
    if (got <= 0) return reading;
    reading.text.append(buffer.data(), static_cast<std::size_t>(got));
    reading.ending = Ending::complete;
    if (reading.text.ends_with(last_words)) return reading;
  }
  reading.ending = Ending::too_much;
  return reading;
}

// Whether the child ended before `deadline`. It is not reaped yet, so its number cannot belong to anybody else.
bool ends_before(pid_t child, Clock::time_point deadline) {
  for (;;) {
    siginfo_t ended{};
    if (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 && errno != EINTR)
      return true;
    if (ended.si_pid == child) return true;
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(between_looks);
  }
}

int end_of(pid_t child, Ending ending, Clock::time_point deadline) {
  // A child that has closed its output should end by itself, and its exit code is needed. It may also have been made to
  // close its output and go on.
  if (ending != Ending::closed || !ends_before(child, deadline)) kill(child, SIGKILL);
  ends_before(child, Clock::now() + dying_time);
  // Processes that it left behind in its group.
  kill(-child, SIGKILL);
  int status = 0;
  waitpid(child, &status, WNOHANG);
  return status;
}

struct Outcome {
  Reading reading;
  int status = 0;
};

Result<Outcome> run(const Launch& launch, Namespaces namespaces, std::string_view last_words,
                    const ConfinedLimits& limits) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::io, std::string("cannot make a pipe: ") + std::strerror(errno));
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  const pid_t child = fork_into(namespaces);
  if (child < 0 && namespaces == Namespaces::fresh)
    return fail(ErrorKind::denied, "there are no new namespaces for " + launch.file);
  if (child < 0) return fail(ErrorKind::io, std::string("cannot start a process: ") + std::strerror(errno));
  if (child == 0) be_the_program(launch, out.get(), namespaces);
  out = FileDescriptor();
  const auto deadline = Clock::now() + limits.time;
  Outcome outcome{.reading = read_until(in.get(), last_words, limits.output, deadline)};
  outcome.status = end_of(child, outcome.reading.ending, deadline);
  if (outcome.reading.ending == Ending::closed && WIFEXITED(outcome.status) &&
      WEXITSTATUS(outcome.status) == not_confined && namespaces == Namespaces::fresh)
    return fail(ErrorKind::denied, "there are no new namespaces for " + launch.file);
  return outcome;
}

Result<std::string> text_of(const std::string& file, Outcome outcome) {
  switch (outcome.reading.ending) {
    case Ending::complete: return std::move(outcome.reading.text);
    case Ending::late: return fail(ErrorKind::io, file + " took too long");
    case Ending::too_much: return fail(ErrorKind::io, file + " printed too much");
    case Ending::closed: break;
  }
  const auto ended_with = [&](int code) { return WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == code; };
  if (ended_with(not_the_account)) return fail(ErrorKind::io, "this process may not run " + file + " as that account");
  if (ended_with(cannot_start)) return fail(ErrorKind::program_absent, file + " is not there, or cannot be started");
  return fail(ErrorKind::io, file + " ended before it had answered");
}

}  // namespace

Result<std::string> output_of(const ConfinedProgram& program, std::string_view last_words,
                              const ConfinedLimits& limits) {
  auto arguments = program.arguments;
  auto environment = program.environment;
  const auto account = running_as_root() ? program.account : std::nullopt;
  const Launch launch{.file = program.file.string(),
                      .arguments = pointers_to(arguments),
                      .environment = pointers_to(environment),
                      .account = account,
                      .groups = account ? groups_of(*account) : std::vector<GroupId>(),
                      .uid = current_user(),
                      .gid = current_group()};
  auto outcome = run(launch, Namespaces::fresh, last_words, limits);
  if (!outcome && outcome.error().kind == ErrorKind::denied && !program.needs_namespaces)
    outcome = run(launch, Namespaces::none, last_words, limits);
  if (!outcome) return tl::unexpected(outcome.error());
  return text_of(launch.file, std::move(*outcome));
}

}  // namespace platform
