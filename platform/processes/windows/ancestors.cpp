// SPDX-License-Identifier: ISC
#include "platform/processes/ancestors.h"

#include <map>
#include <optional>

#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"

namespace platform {

namespace {

constexpr std::size_t longest_chain = 64;

std::map<DWORD, DWORD> parents() {
  std::map<DWORD, DWORD> all;
  const windows::Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  if (!snapshot.valid()) return all;
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more != 0; more = Process32NextW(snapshot.get(), &entry)) {
    all[entry.th32ProcessID] = entry.th32ParentProcessID;
  }
  return all;
}

std::optional<std::uint64_t> start_of(DWORD process) {
  const windows::Handle handle(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process));
  FILETIME created{};
  FILETIME other{};
  if (!handle.valid() || GetProcessTimes(handle.get(), &created, &other, &other, &other) == 0) return std::nullopt;
  return std::uint64_t{created.dwHighDateTime} << 32U | created.dwLowDateTime;
}

}  // namespace

// A process keeps the number of a parent that has ended, and the system may give that number to another process. A
// parent that began later than its child is such a process.
std::vector<std::string> ancestors() {
  const auto all = parents();
  std::vector<std::string> chain;
  DWORD child = GetCurrentProcessId();
  auto child_start = start_of(child);
  while (child_start && all.contains(child) && chain.size() < longest_chain) {
    const DWORD parent = all.at(child);
    const auto start = parent == 0 ? std::nullopt : start_of(parent);
    if (!start || *start > *child_start) break;
    chain.push_back(std::to_string(parent) + "@" + std::to_string(*start));
    child = parent;
    child_start = start;
  }
  return chain;
}

}  // namespace platform
