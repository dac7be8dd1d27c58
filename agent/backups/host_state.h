// What a host has besides the key that no backup of Ops Manager's has: its settings, some of which may be encrypted
// with the key, and our record. Together they are one tar, which the backup program makes and reads.
//
//   conf-mms.properties   Ops Manager's own; passwords stand in it
//   mms.conf              how Ops Manager is started; Windows has none
//   record.json           keystore/host_key/record.h
//
// A file that a host does not have is not in its tar. All contents are treated as secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/backups/program_request.h"
#include "agent/config/host.h"
#include "keystore/key/key_proof.h"
#include "platform/base/path.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

inline constexpr std::string_view properties_name = "conf-mms.properties";
inline constexpr std::string_view conf_name = "mms.conf";
inline constexpr std::string_view record_name = "record.json";

/// Where Ops Manager's files of these two names are, whether they are there or not; nothing where no installation is
/// known, or it has no such file.
std::optional<platform::Path> state_file_of(const Host& host, std::string_view name);

/// Whether there are settings of Ops Manager to go along with the key. Without them the record alone is no reason for a
/// copy: the name of the key's tells its fleet and generation.
bool has_settings(const Host& host);

/// The files that this host has, a change of which matters; not_found without settings.
platform::Result<std::vector<NamedContent>> read_host_state(const Host& host);
/// HMAC-SHA256(Ks, counted(name) || counted(content) || ...) tells whether settings are those of another time. The
/// record is not in it: it notes what peers proved, too, and the copy's name and the epoch tell what of it matters.
keystore::Mac tag_of(const std::vector<NamedContent>& files, const keystore::KeyProof& proof);
/// The tar, to be encrypted. program_absent without the backup program.
platform::Result<platform::SecretBytes> pack_host_state(const Host& host, std::vector<NamedContent> files);
/// The files of such a tar. damaged_archive when it holds anything else.
platform::Result<std::vector<NamedContent>> unpack_host_state(const Host& host, platform::SecretBytes tar);

}  // namespace agent
