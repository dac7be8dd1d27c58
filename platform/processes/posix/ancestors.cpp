// SPDX-License-Identifier: ISC
#include "platform/processes/ancestors.h"

#include <sstream>
#include <unistd.h>

#include "platform/base/bytes.h"
#include "platform/files/file.h"

namespace platform {

namespace {

constexpr std::size_t longest_stat = 4096;
// A limit, because a process may end and its number return while the chain is read.
constexpr std::size_t longest_chain = 64;
constexpr int fields_to_start = 18;  // proc(5): the parent is field 4, the start field 22

struct Process {
  pid_t parent = 0;
  std::string ticks;
};

// "PID (any name) STATE PARENT ..." (proc(5)). The name may contain blanks and brackets, so the fields begin after the
// last bracket.
Process process_of(pid_t number) {
  const auto file = read_file("/proc/" + std::to_string(number) + "/stat", longest_stat, Links::follow);
  if (!file) return {};
  const std::string text(text_of(file->content));
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  Process process;
  std::string state;
  fields >> state >> process.parent;
  for (int at = 0; at < fields_to_start; ++at) fields >> process.ticks;
  return fields ? process : Process{};
}

}  // namespace

std::vector<std::string> ancestors() {
  std::vector<std::string> chain;
  for (pid_t number = getppid(); number > 0 && chain.size() < longest_chain;) {
    const Process process = process_of(number);
    // If /proc is mounted with hidepid, it does not show other users' processes.
    if (process.ticks.empty()) break;
    chain.push_back(std::to_string(number) + "@" + process.ticks);
    number = process.parent;
  }
  return chain;
}

}  // namespace platform
