// SPDX-License-Identifier: ISC
// What the tests on Windows need besides genkey-agent.
//
// companion hold FILE: keeps a file open without sharing it, prints "held", and closes it when standard input ends.
// companion without-rights PROGRAM [WORD]...: runs a program as this user without the rights of an administrator, and
// ends with its exit code.
// companion read-memory PROGRAM: for every other process of that name, whether this process can open it to read its
// memory.
#include <array>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/windows/sid.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"
#include "platform/processes/utf8_start.h"

namespace companion {

namespace {

using platform::windows::Handle;
using platform::windows::wide;

constexpr int failed = 99;

int fail(const char* what) {
  std::cout << what << ": " << platform::windows::reason_of(GetLastError()) << std::endl;
  return failed;
}

int hold(const std::string& path) {
  const auto name = platform::windows::native_path(path);
  const Handle file(CreateFileW(name.value_or(L"").c_str(), GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr));
  if (!file.valid()) return fail("cannot hold the file");
  std::cout << "held" << std::endl;
  while (std::cin.get() != std::istream::traits_type::eof()) {
  }
  return 0;
}

Handle token_without_rights() {
  HANDLE own = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own) == 0) return {};
  const Handle owner(own);
  platform::Bytes administrators = platform::windows::encode(platform::windows::administrators_sid());
  SID_AND_ATTRIBUTES disabled{administrators.data(), 0};
  HANDLE restricted = nullptr;
  CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 1, &disabled, 0, nullptr, 0, nullptr, &restricted);
  return Handle(restricted);
}

// The words of the tests contain no quotes, so plain quoting is enough.
int run_without_rights(std::span<const std::string> words) {
  const Handle token = token_without_rights();
  if (!token.valid()) return fail("cannot give up rights");
  std::wstring line;
  for (const std::string& word : words) line += L"\"" + wide(word) + L"\" ";
  STARTUPINFOW start{};
  start.cb = sizeof start;
  PROCESS_INFORMATION started{};
  if (CreateProcessAsUserW(token.get(), nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &start,
                           &started) == 0)
    return fail("cannot start the program");
  const Handle thread(started.hThread);
  const Handle process(started.hProcess);
  WaitForSingleObject(process.get(), INFINITE);
  DWORD code = failed;
  GetExitCodeProcess(process.get(), &code);
  return static_cast<int>(code);
}

const char* opened_to_read(DWORD process) {
  const Handle opened(OpenProcess(PROCESS_VM_READ, FALSE, process));
  if (opened.valid()) return "opened";
  return GetLastError() == ERROR_ACCESS_DENIED ? "refused" : "gone";
}

int read_memory(const std::wstring& program) {
  const Handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  if (!snapshot.valid()) return fail("cannot list processes");
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more != 0; more = Process32NextW(snapshot.get(), &entry)) {
    if (entry.szExeFile == program && entry.th32ProcessID != GetCurrentProcessId())
      std::cout << opened_to_read(entry.th32ProcessID) << std::endl;
  }
  return 0;
}

int run(std::span<const std::string> words) {
  if (words.size() == 3 && words[1] == "hold") return hold(words[2]);
  if (words.size() > 2 && words[1] == "without-rights") return run_without_rights(words.subspan(2));
  if (words.size() == 3 && words[1] == "read-memory") return read_memory(wide(words[2]));
  std::cout << "companion hold FILE | without-rights PROGRAM [WORD]... | read-memory PROGRAM" << std::endl;
  return failed;
}

}  // namespace

}  // namespace companion

int main(int count, char** words) {
  const auto arguments = platform::start_program(count, words);
  return companion::run(arguments);
}
