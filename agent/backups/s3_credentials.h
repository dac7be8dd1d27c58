// SPDX-License-Identifier: ISC
// Collects the credentials for S3 from where Amazon's tools look: the environment and this user's shared credentials
// file. They go to the backup program through its pipe, never through its environment, which other processes of the
// account could read.
#pragma once

#include <string>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE and the content of the file that
/// AWS_SHARED_CREDENTIALS_FILE names, or of ~/.aws/credentials. What is absent is empty; but a file that the variable
/// names must be readable.
platform::Result<S3Credentials> standard_credentials();

/// Those of the variables that hold secrets. They are removed from the environment of the backup program.
std::vector<std::string> secret_variables();

}  // namespace agent
