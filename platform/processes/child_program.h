// SPDX-License-Identifier: ISC
// Runs another program of this package as a child: one request on its standard input, one reply on its standard output.
#pragma once

#include <chrono>
#include <functional>
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
  std::string name;                              // its first argument, which selects a program of the file
  std::optional<Account> account;                // what it becomes if this is root; ignored on Windows
  std::vector<std::string> without_environment;  // variables that it does not inherit
};

struct ProgramLimits {
  std::size_t reply = 0;
  std::chrono::milliseconds time{60'000};  // then it is killed, also if it has closed its output
};

/// Finds a program of this package: in ../lib/genkey-agent beside the directory of the running program, or in that
/// directory itself. On Windows one file holds all programs. program_absent when it is not there.
Result<Path> find_program(const std::string& name);
/// What a person does when the program does not start: part of a sentence of advice.
std::string_view repair_of_programs();

/// Starts the program, sends the request and waits for the reply. `waiting`, if there is one, is called about once a
/// second meanwhile, on Windows by another thread. The program dies with this process. What it says on its standard
/// error goes on to that of this process. program_absent when it does not start, with the library that it
/// lacks; io when it died, took too long or sent too much.
Result<SecretBytes> run_program(const Program& program, const SecretBytes& request, const ProgramLimits& limits,
                                const std::function<void()>& waiting = nullptr);

/// The program's side: reads the request from standard input. usage when there is no request. On Windows the program
/// runs under the account that started it, so it first gives up that account's privileges.
Result<SecretBytes> receive_request(std::size_t limit);
Result<void> send_reply(const SecretBytes& reply);

}  // namespace platform
