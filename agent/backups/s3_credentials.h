// The credentials of a store, from the places where the tools of that trade look: the environment and the shared
// credentials file of this user. They go to the backup program through its pipe, never through its environment.
#pragma once

#include <string>
#include <vector>

#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE and what AWS_SHARED_CREDENTIALS_FILE or
/// ~/.aws/credentials holds. A file that the variable names and that cannot be read is an error; none of them is not.
platform::Result<S3Credentials> standard_credentials();

/// The variables among them that hold secrets.
std::vector<std::string> secret_variables();

}  // namespace agent
