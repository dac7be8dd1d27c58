// SPDX-License-Identifier: ISC
// A program that is not ours, run for what it prints: a shell that evaluates another product's configuration.
//
// Always: it is `account` with its groups (when this process is root; otherwise the caller), without capabilities and
// without a way to new privileges. It has the given environment, no descriptor but its output and /dev/null, and a time
// limit after which its process group is killed. Files that it writes stay empty, unless a unit forbids limits.
//
// Where the system allows new namespaces it also has no network, sees every file system read-only, and all that it
// started ends with it. An ordinary user needs user namespaces for that. Where a container or a unit forbids namespaces
// the program can use the network, create, empty or delete files as its account, and leave processes behind that have
// left their group. Nowhere is it kept from socket files that its account may open, nor from reading what its account
// may read. For a service that is root, namespaces leave it one capability, to read files; without namespaces it is
// root.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace platform {

struct ConfinedProgram {
  Path file;
  std::vector<std::string> arguments;    // the first is its name
  std::vector<std::string> environment;  // "NAME=value": all that it gets
  std::optional<Account> account;        // whom it becomes, when this process is root
  bool needs_namespaces = false;         // not run at all where it would only be confined in part
};

struct ConfinedLimits {
  std::size_t output = 0;  // bytes
  std::chrono::milliseconds time{0};
};

/// Its output up to `last_words`, which end it; what runs then is killed. program_absent when it does not start; denied
/// when it needs namespaces and there are none; io when it ended without the last words, took too long or printed too
/// much. To be called before this process holds a secret: until the program starts, the child is a copy of this one.
/// Windows has no such program: program_absent.
Result<std::string> output_of(const ConfinedProgram& program, std::string_view last_words,
                              const ConfinedLimits& limits);

}  // namespace platform
