// SPDX-License-Identifier: ISC
#include "tests/windows/selftest/program.h"

#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/files/file.h"
#include "platform/files/windows/directory.h"

namespace selftest {

namespace {

using platform::Path;
using platform::windows::Handle;
using platform::windows::narrow;
using platform::windows::wide;

constexpr DWORD longest_run_ms = 60'000;
constexpr std::size_t most_said = 1 << 20U;

// The words here contain no quotes and do not end with a backslash, so plain quoting is enough.
std::wstring quoted(const std::string& word) { return L" \"" + wide(word) + L"\""; }

// The previous program may still hold the file for a moment.
Handle output_to(const Path& path) {
  SECURITY_ATTRIBUTES inherited{.nLength = sizeof inherited, .lpSecurityDescriptor = nullptr, .bInheritHandle = TRUE};
  Handle output;
  platform::windows::patiently([&] {
    output = Handle(CreateFileW(wide(path.string()).c_str(), GENERIC_WRITE, FILE_SHARE_READ, &inherited, CREATE_ALWAYS,
                                FILE_ATTRIBUTE_NORMAL, nullptr));
    return output.valid() ? DWORD{ERROR_SUCCESS} : GetLastError();
  });
  return output;
}

std::string content_of(const Path& path) {
  const auto file = platform::read_file(path, most_said, platform::Links::refuse);
  return file ? std::string(platform::text_of(file->content)) : file.error().message;
}

int code_of(const Handle& process) {
  // A program that hangs must not hang the test of a person.
  if (WaitForSingleObject(process.get(), longest_run_ms) != WAIT_OBJECT_0) TerminateProcess(process.get(), 99);
  DWORD code = 0;
  GetExitCodeProcess(process.get(), &code);
  return static_cast<int>(code);
}

}  // namespace

Program::Program(Path file, Path directory)
    : file_(std::move(file)), directory_(std::move(directory)), key_file_(directory_ / "secrets" / "gen.key") {}

Program Program::on(const Path& key_file, const std::string& state) const {
  Program other = *this;
  other.key_file_ = key_file;
  other.state_ = state;
  return other;
}

Outcome Program::run(const std::string& words) const {
  std::wstring line = quoted(file_.string()).substr(1) + L" " + wide(words) + L" --config" +
                      quoted((directory_ / "genkey-agent.toml").string()) + L" --key-file" +
                      quoted(key_file_.string()) + L" --state-dir" + quoted(state().string());
  const Path said = directory_ / "said.txt";
  Handle output = output_to(said);
  if (!output.valid()) return {.said = "cannot write " + said.string()};
  STARTUPINFOW start{};
  start.cb = sizeof start;
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdOutput = output.get();
  start.hStdError = output.get();
  PROCESS_INFORMATION started{};
  if (CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, CREATE_NO_WINDOW, nullptr, nullptr, &start,
                     &started) == 0)
    return {.said = platform::windows::reason_of(GetLastError())};
  const Handle thread(started.hThread);
  const Handle process(started.hProcess);
  Outcome outcome{.code = code_of(process)};
  output = Handle();
  outcome.said = content_of(said);
  return outcome;
}

void check_good(Tally& tally, const std::string& name, const Outcome& outcome) {
  tally.check(name, outcome.is_good(), outcome.text());
}

}  // namespace selftest
