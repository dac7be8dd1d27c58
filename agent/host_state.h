// What a host has besides the key that no backup of Ops Manager's has: its settings, some of which may be encrypted
// with the key, and our record. Together they are one tar, which the backup program makes and reads.
//
//   conf-mms.properties   Ops Manager's own; passwords stand in it
//   mms.conf              how Ops Manager is started
//   record.json           keystore/record.h
//
// A file that a host does not have is not in its tar. All contents are treated as secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/backup_request.h"
#include "agent/host.h"
#include "platform/path.h"
#include "platform/result.h"
#include "platform/secret_bytes.h"

namespace agent {

inline constexpr std::string_view properties_name = "conf-mms.properties";
inline constexpr std::string_view conf_name = "mms.conf";
inline constexpr std::string_view record_name = "record.json";

/// Where Ops Manager's files of these two names are, whether they are there or not; nothing where no installation is
/// known.
std::optional<platform::Path> state_file_of(const Host& host, std::string_view name);

/// The tar, to be encrypted. not_found when this host has none of the files; program_absent without the backup program.
platform::Result<platform::SecretBytes> collect_host_state(const Host& host);
/// The files of such a tar. damaged_archive when it holds anything else.
platform::Result<std::vector<NamedContent>> unpack_host_state(const Host& host, platform::SecretBytes tar);

}  // namespace agent
