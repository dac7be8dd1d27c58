// SPDX-License-Identifier: ISC
// Installs a key that came from a peer or a file. No key is ever lost: what was there is kept aside.
#pragma once

#include <optional>

#include "agent/config/host.h"
#include "keystore/host_key/host_key.h"

namespace agent {

/// Whether a key can be installed on this host at all. not_installed or no_directory without the key file's directory,
/// unsafe_path where strangers can change it.
platform::Result<void> check_key_directory(const Host& host);

/// Whether a different key may be put aside.
enum class Displacing : std::uint8_t {
  refused,
  confirmed,   // a person named the present key
  unattended,  // by ensure; never the recorded key, which another command may have brought meanwhile
};
/// What the options --displace and --confirm say about the present key. needs_confirmation when they name another.
/// Fails as check_record(), because nobody can say what is displaced while the record is unknown.
platform::Result<Displacing> displacing_by(const Options& options, const keystore::Holding& present);

/// needs_confirmation, with the options that put the present key aside.
platform::Error another_key_is_here(const Host& host, const keystore::Holding& present);

struct Installed {
  std::optional<platform::Path> displaced;  // where the former key is kept
};
/// Call it under the lock that `present` was read under. exists or needs_confirmation when a different key is there
/// that must not be displaced. Makes no backup.
platform::Result<Installed> install_key(const Host& host, const keystore::Holding& present, const keystore::GenKey& key,
                                        const keystore::Record& record, Displacing displacing);

/// Reads back the key that was installed. io when it cannot be read or is another one: a fault of this host, which no
/// peer is asked about.
platform::Result<keystore::Holding> read_back(const Host& host, const keystore::GenKey& key,
                                              const std::optional<platform::Path>& displaced);

/// `fresh`, unless the host's record is already of this very key. Then that record goes on, with its epoch and the
/// higher of the two standings.
keystore::Record record_for(const keystore::Holding& present, const keystore::GenKey& key, keystore::Record fresh);

}  // namespace agent
