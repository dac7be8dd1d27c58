// SPDX-License-Identifier: ISC
#include "platform/services/posix/systemctl.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "platform/base/ascii.h"
#include "platform/files/posix/file_descriptor.h"

namespace platform::posix {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t longest_output = 16 * std::size_t{1024};

// Nothing when the time is over, or there is more than anybody would read.
std::optional<std::string> read_all(int in, Clock::time_point deadline) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() <= longest_output) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd waiting{.fd = in, .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? poll(&waiting, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t got = read(in, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return std::nullopt;
}

// Gives the error number. Its standard input is empty, so that it asks nothing.
int start(const std::vector<std::string>& words, int out, pid_t& child) {
  std::vector<std::string> kept = {"systemctl", "--no-ask-password", "--no-pager"};
  kept.insert(kept.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : kept) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
  const int failure = posix_spawnp(&child, "systemctl", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  return failure;
}

std::string last_line(std::string_view text) {
  text = trimmed(text, "\n");
  const auto end = text.rfind('\n');
  return std::string(end == std::string_view::npos ? text : text.substr(end + 1));
}

// The lines "NAME=VALUE". A name may come several times.
std::vector<std::pair<std::string, std::string>> properties_in(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> properties;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) properties.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return properties;
}

// "b" for "name=" in "{ other=a ; name=b ; ...}". Empty when it is not there.
std::string part_of(const std::string& braces, const std::string& name) {
  const auto at = braces.find(" " + name);
  if (at == std::string::npos) return "";
  const auto start = at + 1 + name.size();
  return braces.substr(start, braces.find(" ;", start) - start);
}

}  // namespace

Result<std::string> systemctl(const std::vector<std::string>& words, std::chrono::milliseconds time) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::io, std::string("cannot make a pipe: ") + std::strerror(errno));
  const FileDescriptor in(ends[0]);
  FileDescriptor out(ends[1]);
  pid_t child = 0;
  if (const int failure = start(words, out.get(), child); failure != 0)
    return fail(ErrorKind::program_absent, std::string("systemctl does not start: ") + std::strerror(failure));
  out = FileDescriptor();
  const auto text = read_all(in.get(), Clock::now() + time);
  if (!text) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!text) return fail(ErrorKind::io, "systemctl took too long");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return *text;
  return fail(ErrorKind::io, "systemctl failed: " + last_line(*text));
}

ServiceState state_in(std::string_view properties) {
  std::string state;
  for (const auto& [name, value] : properties_in(properties)) {
    if (name == "LoadState" && value == "not-found") return ServiceState::none;
    if (name == "ActiveState") state = value;
  }
  if (state == "active" || state == "reloading") return ServiceState::running;
  // A unit that waits for RestartSec= is "activating" too, with the sub-state "auto-restart".
  if (state == "activating") return ServiceState::starting;
  if (state == "inactive" || state == "failed" || state == "deactivating") return ServiceState::stopped;
  return ServiceState::unknown;
}

std::optional<ServiceSetting> setting_in(std::string_view properties) {
  ServiceSetting setting;
  bool is_loaded = false;
  for (const auto& [name, value] : properties_in(properties)) {
    if (name == "LoadState") is_loaded = value == "loaded";
    if (name == "UnitFileState") setting.enabled = value;
    if (name == "ActiveState") setting.active = value;
  }
  return is_loaded ? std::optional(std::move(setting)) : std::nullopt;
}

std::optional<ServiceStart> start_in(std::string_view properties) {
  ServiceStart start;
  bool is_loaded = false;
  for (const auto& [name, value] : properties_in(properties)) {
    if (name == "LoadState") is_loaded = value == "loaded";
    if (name == "NeedDaemonReload") start.is_outdated = value == "yes";
    if (name == "ExecStartPre")
      start.before.push_back({part_of(value, "argv[]="), part_of(value, "ignore_errors=") == "yes"});
    if (name == "DropInPaths") {
      std::istringstream paths(value);
      for (std::string path; paths >> path;) start.drop_ins.push_back(path);
    }
  }
  return is_loaded ? std::optional(std::move(start)) : std::nullopt;
}

}  // namespace platform::posix
