// SPDX-License-Identifier: ISC
// The state of a host that Ops Manager's own backups do not cover: its settings, some of which may be encrypted with
// the key, and our record. They go into one tar, which the backup program makes and reads.
//
//   conf-mms.properties   Ops Manager's settings, with passwords
//   mms.conf              how Ops Manager is started; not on Windows
//   record.json           keystore/host_key/record.h
//
// A file that the host does not have is left out. All contents are treated as secrets.
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

/// The path of one of Ops Manager's two files, whether or not it exists. Nothing where no installation is known, or
/// this system has no such file.
std::optional<platform::Path> state_file_of(const Host& host, std::string_view name);

/// Whether Ops Manager has settings on this host. Without them no state is backed up: all that the record would add,
/// the fleet and the generation, is in the name of the key's copy.
bool has_settings(const Host& host);

/// The files of the list above that this host has. not_found without settings; io when one cannot be read.
platform::Result<std::vector<NamedContent>> read_host_state(const Host& host);
/// HMAC-SHA256(Ks, counted(name) || counted(content) || ...) over the settings: equal tags mean equal settings. The
/// record is left out, because it changes whenever a peer proves the key; the fields of it that matter to a copy are
/// compared by the copy's name and epoch.
keystore::Mac tag_of(const std::vector<NamedContent>& files, const keystore::KeyProof& proof);
/// The tar, to be encrypted. program_absent without the backup program.
platform::Result<platform::SecretBytes> pack_host_state(const Host& host, std::vector<NamedContent> files);
/// The files of such a tar. damaged_archive when anything else is in it.
platform::Result<std::vector<NamedContent>> unpack_host_state(const Host& host, platform::SecretBytes tar);

}  // namespace agent
