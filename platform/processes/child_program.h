// Another program of this package as a child: one request on its standard input, one reply on its standard output.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace platform {

struct Program {
  Path file;
  std::string name;                              // its first argument, by which a file of several programs tells them
  std::optional<Account> account;                // whom it becomes, when this is root; on Windows it stays who it is
  std::vector<std::string> without_environment;  // variables that it does not inherit
};

struct ProgramLimits {
  std::size_t reply = 0;
  std::chrono::milliseconds time{60'000};  // after which it is ended
};

/// That of this package: in ../lib/genkey-agent beside the directory of the running program, or in that directory
/// itself. On Windows the package is one file, which is all of its programs. program_absent when it is not there.
Result<Path> find_program(const std::string& name);
/// What to do where it is not there or does not start.
std::string_view repair_of_programs();

/// Starts it, hands it the request and takes its reply. It dies with this process. program_absent when it does not
/// start, or a library that it needs is not there; io when it died, took too long or said too much.
Result<SecretBytes> run_program(const Program& program, const SecretBytes& request, const ProgramLimits& limits);

/// The other side of it. On Windows, where the program has the account of who started it, it gives up that one's
/// privileges first.
Result<SecretBytes> receive_request(std::size_t limit);
Result<void> send_reply(const SecretBytes& reply);

}  // namespace platform
