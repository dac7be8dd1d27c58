// SPDX-License-Identifier: ISC
// selftest.exe [PROGRAM]: tries genkey-agent.exe (the file beside it, or the named file) on this Windows, as an
// administrator, in a directory of its own that is removed afterwards. It takes less than a minute, installs nothing,
// asks nobody on the network, and touches nothing of an installed genkey-agent or Ops Manager. What was set on files is
// read back and checked with Windows' own calls.
//
// Exit codes: 0 all checks passed, 1 a check failed, 2 the test could not run.
#include <iostream>

#include <boost/filesystem/operations.hpp>
#include <sodium.h>

#include "platform/accounts/windows/object_security.h"
#include "platform/base/windows/path_rules.h"
#include "platform/base/windows/text.h"
#include "platform/files/file.h"
#include "platform/processes/program_path.h"
#include "platform/processes/utf8_start.h"
#include "tests/windows/selftest/checks.h"
#include "tests/windows/selftest/system.h"

namespace selftest {

namespace {

using platform::Path;
using platform::Result;

constexpr int could_not_try = 2;

/// A directory that is removed with everything in it.
class Directory {
 public:
  static Result<Directory> make(const Path& above) {
    Directory directory(above / ("genkey-agent-selftest-" + std::to_string(GetCurrentProcessId()) + "-" +
                                 std::to_string(GetTickCount64())));
    TRY(own_directory(directory.path_));
    TRY(own_directory(directory.path_ / "secrets"));
    TRY(platform::install_file({.path = directory.path_ / "genkey-agent.toml",
                                .content = {},
                                .uid = platform::current_user(),
                                .gid = platform::current_group()}));
    return directory;
  }
  Directory(Directory&& other) noexcept : path_(std::exchange(other.path_, Path())) {}
  Directory& operator=(Directory&&) = delete;
  ~Directory() { remove(); }

  [[nodiscard]] const Path& path() const { return path_; }

  /// Reports what could not be removed, because it may hold a key, though a key that nobody uses.
  bool remove() {
    if (path_.empty()) return true;
    boost::system::error_code error;
    boost::filesystem::remove_all(Path(platform::windows::long_form(path_.string())), error);
    const Path path = std::exchange(path_, Path());
    if (error) std::cout << "remove it yourself: " << path.string() << " (" << error.message() << ")\n";
    return !error;
  }

 private:
  explicit Directory(Path path) : path_(std::move(path)) {}

  static Result<void> own_directory(const Path& path) {
    return platform::make_directory(path, platform::current_user(), platform::current_group(), 0700);
  }

  Path path_;
};

// The environment may be meant for an installed genkey-agent, and would change what is tested.
void forget_environment() {
  wchar_t* const block = GetEnvironmentStringsW();
  for (const wchar_t* entry = block; entry != nullptr && *entry != L'\0';
       entry += std::wstring_view(entry).size() + 1) {
    const std::wstring_view text(entry);
    if (text.starts_with(L"GENKEY_AGENT_"))
      SetEnvironmentVariableW(std::wstring(text.substr(0, text.find(L'='))).c_str(), nullptr);
  }
  FreeEnvironmentStringsW(block);
}

// From the system, because the environment may name another directory.
Path program_data() {
  wchar_t* text = nullptr;
  const bool found = SHGetKnownFolderPath(FOLDERID_ProgramData, KF_FLAG_DONT_VERIFY, nullptr, &text) == S_OK;
  Path path = found ? Path(text) : Path();
  CoTaskMemFree(text);
  return path;
}

Result<Path> program_to_try(const std::vector<std::string>& words) {
  if (words.size() > 2)
    return platform::fail(platform::ErrorKind::usage,
                          "it takes one word: the program to try, as in selftest C:\\genkey-agent.exe");
  const Path file = words.size() == 2 ? boost::filesystem::absolute(words[1])
                                      : TRY(platform::program_path()).parent_path() / "genkey-agent.exe";
  TRY(platform::facts_of(file));
  return file;
}

int tell(const Tally& tally) {
  std::cout << tally.passed() << " passed, " << tally.failed() << " FAILED, " << tally.left_out()
            << " not checked here\n"
            << (tally.failed() > 0 ? "please report this output" : "what was checked is as it should be") << std::endl;
  return tally.failed() > 0 ? 1 : 0;
}

Result<int> run(const std::vector<std::string>& words) {
  if (!platform::running_as_root())
    return platform::fail(platform::ErrorKind::denied,
                          "this has to run as an administrator, because what others may not do is its subject: open a "
                          "command prompt with 'Run as administrator' and start it there");
  forget_environment();
  const Path file = TRY(program_to_try(words));
  Directory directory = TRY(Directory::make(program_data()));
  const Program program(file, directory.path());
  std::cout << "selftest of " << file.string() << " in " << directory.path().string() << '\n'
            << program.run("--version").said;
  Tally tally;
  try_file_system(directory.path(), tally);
  try_key(program, tally);
  try_paths(program, directory.path(), tally);
  const Path path = directory.path();
  // Before the report, so that a directory that stays counts as a failure.
  const bool gone = directory.remove();
  tally.check("nothing is left behind", gone && !boost::filesystem::exists(path), path.string());
  return tell(tally);
}

}  // namespace

}  // namespace selftest

int main(int count, char** words) {
  const auto arguments = platform::start_program(count, words);
  if (sodium_init() < 0) return selftest::could_not_try;
  const auto done = selftest::run(arguments);
  if (done) return *done;
  std::cout << "selftest: " << done.error().message << std::endl;
  return selftest::could_not_try;
}
