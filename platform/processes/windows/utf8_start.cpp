// SPDX-License-Identifier: ISC
#include "platform/processes/utf8_start.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <io.h>

#include "platform/base/windows/system.h"
#include "platform/base/windows/text.h"

namespace platform {

namespace {

UINT console_code_page = 0;

void restore_console() {
  std::fflush(stdout);
  SetConsoleOutputCP(console_code_page);
}

// A console shows each write by itself, and the C library writes single bytes, which breaks UTF-8. A buffer keeps the
// bytes of a character together.
void print_whole_characters(std::FILE* stream) {
  constexpr std::size_t room = 64 * std::size_t{1024};
  DWORD mode = 0;
  const auto handle = reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
  if (GetConsoleMode(handle, &mode) != 0) std::setvbuf(stream, nullptr, _IOFBF, room);
}

// The console belongs to the person, so its code page is restored at the end.
void print_utf8() {
  console_code_page = GetConsoleOutputCP();
  if (console_code_page == 0 || console_code_page == CP_UTF8) return;
  SetConsoleOutputCP(CP_UTF8);
  std::atexit(restore_console);
}

// The C library made its 8-bit copy of the environment in the system's code page, so ours are replaced.
void take_environment() {
  const std::wstring_view ours = L"GENKEY_AGENT_";
  wchar_t* const block = GetEnvironmentStringsW();
  if (block == nullptr) return;
  for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wstring_view(entry).size() + 1) {
    if (std::wstring_view(entry).starts_with(ours)) _putenv(windows::narrow(entry).c_str());
  }
  FreeEnvironmentStringsW(block);
}

std::vector<std::string> arguments() {
  int count = 0;
  wchar_t** const words = CommandLineToArgvW(GetCommandLineW(), &count);
  std::vector<std::string> result;
  for (int at = 0; words != nullptr && at < count; ++at) result.push_back(windows::narrow(words[at]));
  LocalFree(words);
  return result;
}

}  // namespace

std::vector<std::string> start_program(int /*argc*/, const char* const* /*argv*/) {
  // Text mode would change bytes of a key or backup that goes through a stream, and would end lines with two bytes.
  for (std::FILE* const stream : {stdin, stdout, stderr}) _setmode(_fileno(stream), _O_BINARY);
  for (std::FILE* const stream : {stdout, stderr}) print_whole_characters(stream);
  print_utf8();
  take_environment();
  return arguments();
}

}  // namespace platform
