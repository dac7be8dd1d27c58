// SPDX-License-Identifier: ISC
#include "agent/backups/s3_credentials.h"

#include <algorithm>
#include <cstdlib>

#include "agent/base/limits.h"
#include "platform/accounts/account.h"
#include "platform/files/file.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Path;
using platform::Result;
using platform::SecretBytes;

constexpr const char* secret_key_variable = "AWS_SECRET_ACCESS_KEY";
constexpr const char* session_token_variable = "AWS_SESSION_TOKEN";

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// The copy is in locked memory. The variable itself stays in the environment of this process.
SecretBytes secret_variable(const char* name) {
  const std::string_view value = variable(name);
  SecretBytes secret(value.size());
  std::ranges::copy(platform::view_of(value), secret.reveal_for_writing().begin());
  return secret;
}

// A file that the variable names must exist: to go on without it could use other credentials than were meant. The
// default file may be absent.
Result<SecretBytes> credentials_file() {
  const std::string_view named = variable("AWS_SHARED_CREDENTIALS_FILE");
  const Path path =
      named.empty() ? platform::current_account().home / ".aws" / "credentials" : Path(std::string(named));
  auto file = platform::read_secret_file(path, limits::credentials_file);
  if (file) return std::move(file->content);
  // Many hosts have no such file, for example those with an instance profile. Any other failure may hide credentials.
  if (named.empty() && file.error().kind == ErrorKind::not_found) return SecretBytes();
  return tl::unexpected(std::move(file).error());
}

}  // namespace

Result<S3Credentials> standard_credentials() {
  S3Credentials found{.access_key = std::string(variable("AWS_ACCESS_KEY_ID")),
                      .secret_key = secret_variable(secret_key_variable),
                      .session_token = secret_variable(session_token_variable),
                      .profile = std::string(variable("AWS_PROFILE"))};
  found.file = TRY(credentials_file());
  return found;
}

// The secrets go through the pipe. Other processes of the account could read them in the program's environment.
std::vector<std::string> secret_variables() { return {secret_key_variable, session_token_variable}; }

}  // namespace agent
