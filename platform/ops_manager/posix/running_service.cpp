// SPDX-License-Identifier: ISC
#include "platform/ops_manager/running_service.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>

#include "platform/processes/posix/process_table.h"

namespace platform {

namespace {

using posix::content_of;

constexpr std::size_t longest_command_line = 256 * std::size_t{1024};
const std::string key_argument = "-Dmms.keyfile=";
constexpr std::size_t start_time_field = 22;  // of /proc/PID/stat, counted from one; see proc(5)

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

// Whole arguments only. A substring would also match an editor that has the key's path on its command line.
bool has_argument(std::string_view command_line, std::string_view wanted) {
  while (!command_line.empty()) {
    const auto end = command_line.find('\0');
    if (command_line.substr(0, end) == wanted) return true;
    if (end == std::string_view::npos) return false;
    command_line.remove_prefix(end + 1);
  }
  return false;
}

std::optional<std::int64_t> boot_seconds() {
  // Start times in /proc count from boot, so the boot's time is needed too.
  const std::string text = content_of("/proc/stat", 1 << 20);
  const auto at = text.find("\nbtime ");
  return at == std::string::npos ? std::nullopt : number_in(std::string_view(text).substr(at + 7));
}

std::optional<std::int64_t> start_ticks(const Path& process) {
  const std::string text = content_of(process / "stat", 4096);
  auto at = text.rfind(')');  // the name before it may hold anything
  for (std::size_t field = 2; at != std::string::npos && field < start_time_field; ++field) at = text.find(' ', at + 1);
  return at == std::string::npos ? std::nullopt : number_in(std::string_view(text).substr(at + 1));
}

// All four user ids of proc(5) must be the account's. A program that changes its ids, such as sudo or su, takes
// arguments from anybody. The owner of /proc/PID is not enough: it is root if the process cannot be dumped.
bool runs_as(const Path& process, const Account& account) {
  const std::string text = content_of(process / "status", 16 * std::size_t{1024});
  const std::string id = std::to_string(account.uid);
  return text.find("\nUid:\t" + id + "\t" + id + "\t" + id + "\t" + id + "\n") != std::string::npos;
}

// Anybody can run a program with this argument. Only the service's account is believed, because it has the key anyway.
// Calls `use` with the process's number, its command line and its start.
template <class Matches, class Use>
void each_service_process(const Account& service, Matches matches, Use use) {
  posix::each_process([&](std::int32_t process, const Path& directory) {
    const std::string command_line = content_of(directory / "cmdline", longest_command_line);
    if (!matches(command_line) || !runs_as(directory, service)) return;
    const auto ticks = start_ticks(directory);
    const auto boot = boot_seconds();
    if (!ticks || !boot) return;
    use(process, command_line, Time{std::chrono::seconds(*boot + *ticks / sysconf(_SC_CLK_TCK))});
  });
}

// Also by another path to the same file, as through a link.
bool names_key_file(std::string_view command_line, const Path& key_file) {
  const auto at = command_line.find(key_argument);
  if (at == std::string_view::npos || (at > 0 && command_line[at - 1] != '\0')) return false;
  const std::string_view value = command_line.substr(at + key_argument.size());
  const Path named{std::string(value.substr(0, value.find('\0')))};
  boost::system::error_code error;
  return named == key_file || (boost::filesystem::equivalent(named, key_file, error) && !error);
}

bool is_class_name(std::string_view argument) {
  return std::ranges::all_of(argument, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '$';
  });
}

}  // namespace

std::optional<RunningService> find_running_service(const Path& key_file, const Account& service) {
  std::optional<RunningService> oldest;
  const std::string wanted = key_argument + key_file.string();
  const auto matches = [&](std::string_view command_line) { return has_argument(command_line, wanted); };
  each_service_process(service, matches, [&](std::int32_t process, std::string_view /*command_line*/, Time started) {
    // The oldest, because a process that was started before the key changed is the one that still uses the former key.
    if (!oldest || started < oldest->started) oldest = RunningService{process, started};
  });
  return oldest;
}

ServicePart part_in(std::string_view command_line) {
  while (!command_line.empty()) {
    const auto end = std::min(command_line.find('\0'), command_line.size());
    const std::string_view argument = command_line.substr(0, end);
    command_line.remove_prefix(std::min(end + 1, command_line.size()));
    if (!is_class_name(argument)) continue;
    if (argument.ends_with("ServerMain")) return ServicePart::web;
    if (argument.ends_with("Daemon")) return ServicePart::daemon;
  }
  return ServicePart::other;
}

std::optional<std::vector<RunningPart>> find_running_parts(const Path& key_file, const Account& service) {
  std::vector<RunningPart> parts;
  const auto matches = [&](std::string_view command_line) { return names_key_file(command_line, key_file); };
  each_service_process(service, matches, [&](std::int32_t /*process*/, std::string_view command_line, Time started) {
    parts.push_back({part_in(command_line), started});
  });
  // Processes of the caller's own account are never hidden from it.
  if (!posix::sees_all_processes() && current_user() != service.uid) return std::nullopt;
  return parts;
}

}  // namespace platform
