// SPDX-License-Identifier: ISC
// Files and passphrases that a person gave to a command about backups. Errors are about what was given, and name it.
#pragma once

#include <string>
#include <string_view>

#include "agent/config/options.h"
#include "keystore/passphrase.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// Some kinds stand for this host's key in the table of exit codes. Here the fault is in a file that the user gave.
template <class Value>
platform::Result<Value> of_the_input(platform::Result<Value> read) {
  if (read) return read;
  const platform::ErrorKind kind = read.error().kind;
  const bool odd = kind == platform::ErrorKind::unsafe_file || kind == platform::ErrorKind::invalid_key ||
                   kind == platform::ErrorKind::not_found;
  return platform::fail(odd ? platform::ErrorKind::usage : kind, std::move(read).error().message);
}

/// Parsers do not know the name of the file. The name is added here, so that the user learns which of several files is
/// wrong.
template <class Value>
platform::Result<Value> named(platform::Result<Value> parsed, const std::string& origin) {
  if (parsed) return parsed;
  return platform::fail(parsed.error().kind, origin + ": " + parsed.error().message);
}

bool wants_passphrase(const Options& options);
/// On the terminal, once.
platform::Result<keystore::Passphrase> ask_passphrase(std::string_view prompt);
/// With its end.
platform::Result<platform::SecretBytes> read_passphrase_line(int descriptor);

}  // namespace agent
