// Choosing the credentials of a store: the environment, the shared credentials file, or the instance profile of a
// machine in Amazon's cloud (IMDSv2), in this order. A destination that names a profile means the file's.
#pragma once

#include <string_view>

#include "agent/backup_program/s3_signature.h"
#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

/// store_refuses when there are none anywhere, configuration when what is there is not complete.
platform::Result<Credentials> choose_credentials(const S3Request& request);

/// The profile's part of a shared credentials file; nothing when it has none.
std::optional<Credentials> read_credentials_file(platform::BytesView content, std::string_view profile);

/// The answer of the instance's metadata service; nothing when it is none.
std::optional<Credentials> read_instance_credentials(platform::BytesView answer);

}  // namespace agent::backup_program
