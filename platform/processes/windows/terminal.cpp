// SPDX-License-Identifier: ISC
#include "platform/processes/terminal.h"

#include <array>
#include <span>

#include "platform/base/bytes.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"

namespace platform {

namespace {

using windows::Handle;

BOOL WINAPI taken(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT ? TRUE : FALSE; }

// Restores the echo on every return. Control-C would end this process with the echo still off, so meanwhile it only
// ends the reading.
class Silence {
 public:
  explicit Silence(HANDLE input) : input_(input) {
    known_ = GetConsoleMode(input_, &before_) != 0;
    SetConsoleCtrlHandler(taken, TRUE);
    if (known_) SetConsoleMode(input_, ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT);
    FlushConsoleInputBuffer(input_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (known_) SetConsoleMode(input_, before_);
    SetConsoleCtrlHandler(taken, FALSE);
  }

 private:
  HANDLE input_;
  DWORD before_ = 0;
  bool known_ = false;
};

Handle open_console(const wchar_t* name) {
  constexpr DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE;
  return Handle(CreateFileW(name, GENERIC_READ | GENERIC_WRITE, share, nullptr, OPEN_EXISTING, 0, nullptr));
}

// The console gives UTF-16. It is read into memory for secrets too.
std::span<wchar_t> letters_in(SecretBytes& room) {
  const auto bytes = room.reveal_for_writing();
  return {reinterpret_cast<wchar_t*>(bytes.data()), bytes.size() / sizeof(wchar_t)};
}

Result<SecretBytes> utf8_of(std::span<const wchar_t> text) {
  const int size = static_cast<int>(text.size());
  if (size == 0) return SecretBytes();
  const int needed =
      WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, nullptr, 0, nullptr, nullptr);
  if (needed <= 0) return fail(ErrorKind::usage, "the answer is not text");
  SecretBytes answer(static_cast<std::size_t>(needed));
  auto* out = reinterpret_cast<char*>(answer.reveal_for_writing().data());
  WideCharToMultiByte(CP_UTF8, WC_ERR_INVALID_CHARS, text.data(), size, out, needed, nullptr, nullptr);
  return answer;
}

Result<SecretBytes> read_line(HANDLE input, std::size_t limit) {
  SecretBytes room((limit + 2) * sizeof(wchar_t));
  const auto letters = letters_in(room);
  DWORD got = 0;
  if (ReadConsoleW(input, letters.data(), static_cast<DWORD>(letters.size()), &got, nullptr) == 0)
    return windows::fail_code("cannot read from the console");
  // Control-C ends the reading without an error.
  if (got == 0) return fail(ErrorKind::usage, "interrupted before there was an answer");
  std::span<const wchar_t> line = letters.first(got);
  while (!line.empty() && (line.back() == L'\n' || line.back() == L'\r')) line = line.first(line.size() - 1);
  return utf8_of(line);
}

}  // namespace

// Old consoles show escape sequences as they are.
bool shows_colour() { return false; }

bool stderr_is_terminal() {
  DWORD mode = 0;
  return GetConsoleMode(GetStdHandle(STD_ERROR_HANDLE), &mode) != 0;
}

std::size_t columns_of_stderr() {
  CONSOLE_SCREEN_BUFFER_INFO screen{};
  if (GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &screen) == 0 || screen.dwSize.X <= 0) return 0;
  return static_cast<std::size_t>(screen.dwSize.X);
}

bool stderr_is_journal() { return false; }

bool has_terminal() { return open_console(L"CONIN$").valid() && open_console(L"CONOUT$").valid(); }

// With the console's own echo. The answer is no secret; one way to read the console is enough.
Result<std::string> ask_line(std::string_view prompt, std::size_t limit) {
  const Handle input = open_console(L"CONIN$");
  const Handle output = open_console(L"CONOUT$");
  if (!input.valid() || !output.valid()) return fail(ErrorKind::usage, "there is no console to ask on");
  DWORD written = 0;
  const std::wstring text = windows::wide(prompt);
  WriteConsoleW(output.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
  const SecretBytes answer = TRY(read_line(input.get(), limit));
  return std::string(platform::text_of(answer.reveal()));
}

Result<SecretBytes> ask_hidden_line(std::string_view prompt, std::size_t limit) {
  const Handle input = open_console(L"CONIN$");
  const Handle output = open_console(L"CONOUT$");
  if (!input.valid() || !output.valid()) return fail(ErrorKind::usage, "there is no console to ask on");
  const auto write = [&](std::wstring_view text) {
    DWORD written = 0;
    WriteConsoleW(output.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
  };
  // The echo goes before the question is asked: switching it off discards earlier input, and an answer must not be
  // discarded.
  const Silence silence(input.get());
  write(windows::wide(prompt));
  auto answer = read_line(input.get(), limit);
  write(L"\r\n");
  return answer;
}

}  // namespace platform
