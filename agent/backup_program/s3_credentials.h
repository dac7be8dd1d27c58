// SPDX-License-Identifier: ISC
// Chooses the credentials for a bucket: from the environment, the shared credentials file, or the instance profile of a
// machine in Amazon's cloud (IMDSv2), in this order. If the destination names a profile, only the file is used.
#pragma once

#include <string_view>

#include "agent/backup_program/s3_signature.h"
#include "agent/backups/program_request.h"
#include "platform/base/result.h"

namespace agent::backup_program {

/// store_refuses without any; configuration when the environment has only half of them, or when one of them has
/// a character that cannot stand in a header. Then the sentence has its position, never its value.
platform::Result<Credentials> choose_credentials(const S3Request& request);

/// The section of a profile in a shared credentials file; nothing when it has no credentials.
std::optional<Credentials> read_credentials_file(platform::BytesView content, std::string_view profile);

/// From the JSON of the instance's metadata service; nothing when there are none in it.
std::optional<Credentials> read_instance_credentials(platform::BytesView answer);

}  // namespace agent::backup_program
