// SPDX-License-Identifier: ISC
#include "platform/processes/child_program.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cwctype>
#include <span>
#include <string>
#include <thread>

#include "platform/base/bytes.h"
#include "platform/base/windows/handle.h"
#include "platform/base/windows/system.h"
#include "platform/base/windows/system_error.h"
#include "platform/base/windows/text.h"
#include "platform/processes/hardening.h"
#include "platform/processes/program_path.h"

namespace platform {

namespace {

using windows::Handle;

// The size stands before each message. Both programs are of one build, so it is in host order.
using Size = std::uint64_t;

bool write_all(HANDLE out, BytesView bytes) {
  while (!bytes.empty()) {
    DWORD written = 0;
    const auto size = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), 1U << 20U));
    if (WriteFile(out, bytes.data(), size, &written, nullptr) == 0 || written == 0) return false;
    bytes = bytes.subspan(written);
  }
  return true;
}

bool read_all(HANDLE in, std::span<std::byte> room) {
  while (!room.empty()) {
    DWORD got = 0;
    const auto size = static_cast<DWORD>(std::min<std::size_t>(room.size(), 1U << 20U));
    if (ReadFile(in, room.data(), size, &got, nullptr) == 0 || got == 0) return false;
    room = room.subspan(got);
  }
  return true;
}

bool send(HANDLE out, const SecretBytes& message) {
  const Size size = message.size();
  return write_all(out, std::as_bytes(std::span(&size, 1))) && write_all(out, message.reveal());
}

std::optional<SecretBytes> receive(HANDLE in, std::size_t limit) {
  Size size = 0;
  if (!read_all(in, std::as_writable_bytes(std::span(&size, 1))) || size > limit) return std::nullopt;
  SecretBytes message(size);
  if (!read_all(in, message.reveal_for_writing())) return std::nullopt;
  return message;
}

struct Pipe {
  Handle reading;
  Handle writing;
};

Result<Pipe> make_pipe() {
  HANDLE reading = nullptr;
  HANDLE writing = nullptr;
  if (CreatePipe(&reading, &writing, nullptr, 0) == 0) return windows::fail_code("cannot make a pipe");
  return Pipe{Handle(reading), Handle(writing)};
}

// Every process in the job ends when the job's last handle is closed, and that happens at the latest when this process
// ends.
Result<Handle> job_that_ends_with_us() {
  Handle job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags =
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  const bool made =
      job.valid() && SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits) != 0;
  if (!made) return windows::fail_code("cannot make a job for a program");
  return job;
}

// The block holds "NAME=value" for each variable, each with a final zero, and one more zero at the end. Names of
// variables have no case.
std::wstring environment_of(const Program& program) {
  const auto same = [](std::wstring_view left, std::wstring_view right) {
    return std::ranges::equal(left, right, [](wchar_t a, wchar_t b) { return std::towupper(a) == std::towupper(b); });
  };
  std::wstring block;
  wchar_t* all = GetEnvironmentStringsW();
  for (const wchar_t* at = all; at != nullptr && *at != L'\0';) {
    const std::wstring_view entry(at);
    const std::wstring_view name = entry.substr(0, entry.find(L'=', 1));
    const bool left_out = std::ranges::any_of(
        program.without_environment, [&](const std::string& other) { return same(name, windows::wide(other)); });
    if (!left_out) block += std::wstring(entry) + L'\0';
    at += entry.size() + 1;
  }
  if (all != nullptr) FreeEnvironmentStringsW(all);
  return block + L'\0';
}

// Without this list the program would inherit every inheritable handle that any part of this process has open.
class Inheritance {
 public:
  explicit Inheritance(std::array<HANDLE, 3> handles) : handles_(handles) {
    SIZE_T size = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    room_.resize(size);
    auto* list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(room_.data());
    if (InitializeProcThreadAttributeList(list, 1, 0, &size) == 0) return;
    list_ = list;
    UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(), count() * sizeof(HANDLE),
                              nullptr, nullptr);
  }
  Inheritance(const Inheritance&) = delete;
  Inheritance& operator=(const Inheritance&) = delete;
  ~Inheritance() {
    if (list_ != nullptr) DeleteProcThreadAttributeList(list_);
  }
  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list() const { return list_; }

 private:
  // A service has no standard error, and the call refuses an invalid handle.
  [[nodiscard]] std::size_t count() const {
    return handles_[2] != nullptr && handles_[2] != INVALID_HANDLE_VALUE ? 3 : 2;
  }

  std::array<HANDLE, 3> handles_;
  Bytes room_;
  LPPROC_THREAD_ATTRIBUTE_LIST list_ = nullptr;
};

struct Started {
  Handle process;
  DWORD code = ERROR_SUCCESS;  // why it did not start
};

Started start(const Program& program, const Pipe& request, const Pipe& reply, HANDLE job) {
  for (HANDLE theirs : {request.reading.get(), reply.writing.get()})
    SetHandleInformation(theirs, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  const HANDLE errors = GetStdHandle(STD_ERROR_HANDLE);
  SetHandleInformation(errors, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  const Inheritance inherited({request.reading.get(), reply.writing.get(), errors});
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = request.reading.get();
  startup.StartupInfo.hStdOutput = reply.writing.get();
  startup.StartupInfo.hStdError = errors;
  startup.lpAttributeList = inherited.list();
  const std::wstring name = program.file.wstring();
  std::wstring command = L"\"" + windows::wide(program.name) + L"\"";
  std::wstring environment = environment_of(program);
  PROCESS_INFORMATION made{};
  constexpr DWORD flags =
      CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT | CREATE_NO_WINDOW;
  if (CreateProcessW(name.c_str(), command.data(), nullptr, nullptr, TRUE, flags, environment.data(), nullptr,
                     &startup.StartupInfo, &made) == 0)
    return {{}, GetLastError()};
  const Handle thread(made.hThread);
  Handle process(made.hProcess);
  // The program is still suspended, so that it cannot start a process outside the job.
  if (AssignProcessToJobObject(job, process.get()) == 0) {
    const DWORD code = GetLastError();
    TerminateProcess(process.get(), 1);
    return {{}, code};
  }
  ResumeThread(thread.get());
  return {std::move(process), ERROR_SUCCESS};
}

tl::unexpected<Error> failure_of(const Program& program, DWORD status, bool late) {
  // The loader ends the process with this code before main().
  constexpr DWORD library_missing = 0xC000'0135;  // STATUS_DLL_NOT_FOUND
  const std::string name = program.file.string();
  if (late) return fail(ErrorKind::io, name + " took too long");
  if (status == library_missing) return fail(ErrorKind::program_absent, name + " lacks a library");
  if (status >= 0xC000'0000) return fail(ErrorKind::io, name + " died of exception " + std::to_string(status));
  return fail(ErrorKind::io, name + " gave no reply");
}

// False when the time is over.
bool is_set_in_time(HANDLE event, std::chrono::milliseconds time, const std::function<void()>& waiting) {
  constexpr std::chrono::milliseconds between_calls{1'000};
  const auto deadline = std::chrono::steady_clock::now() + time;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto look = std::clamp(left, std::chrono::milliseconds(0), between_calls);
    if (WaitForSingleObject(event, static_cast<DWORD>(look.count())) != WAIT_TIMEOUT) return true;
    if (left <= between_calls) return false;
    if (waiting) waiting();
  }
}

}  // namespace

Result<Path> find_program(const std::string& /*name*/) { return program_path(); }

std::string_view repair_of_programs() { return "install genkey-agent anew"; }

// Anonymous pipes have no time limit. A second thread kills the program when its time is over, which ends the pipes
// too.
Result<SecretBytes> run_program(const Program& program, const SecretBytes& request, const ProgramLimits& limits,
                                const std::function<void()>& waiting) {
  Pipe to = TRY(make_pipe());
  Pipe from = TRY(make_pipe());
  const Handle job = TRY(job_that_ends_with_us());
  const Started started = start(program, to, from, job.get());
  if (!started.process.valid())
    return fail(ErrorKind::program_absent,
                program.file.string() + " does not start: " + windows::reason_of(started.code));
  // Closed here, so that the end of the program ends the pipes.
  to.reading = Handle();
  from.writing = Handle();

  const Handle done(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  bool late = false;
  std::thread watchman([&] {
    late = !is_set_in_time(done.get(), limits.time, waiting);
    if (late) TerminateJobObject(job.get(), 1);
  });
  auto reply = send(to.writing.get(), request) ? receive(from.reading.get(), limits.reply) : std::nullopt;
  to.writing = Handle();
  // Otherwise a program that still writes would wait for a reader.
  from.reading = Handle();
  WaitForSingleObject(started.process.get(), INFINITE);
  SetEvent(done.get());
  watchman.join();
  DWORD status = 0;
  GetExitCodeProcess(started.process.get(), &status);
  if (reply) return std::move(*reply);
  return failure_of(program, status, late);
}

Result<SecretBytes> receive_request(std::size_t limit) {
  TRY(become(current_account()));
  auto request = receive(GetStdHandle(STD_INPUT_HANDLE), limit);
  if (!request) return fail(ErrorKind::usage, "this program is run by genkey-agent, with a request on its input");
  return std::move(*request);
}

Result<void> send_reply(const SecretBytes& reply) {
  if (send(GetStdHandle(STD_OUTPUT_HANDLE), reply)) return {};
  return fail(ErrorKind::io, "nobody takes the reply");
}

}  // namespace platform
