// Installing a key that came, from a peer or a file. A key is never lost on the way: what was there is put aside.
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
  unattended,  // ensure: but never the recorded key, which came while the network was asked
};
/// What the options --displace and --confirm say about the present key. needs_confirmation when they name another.
platform::Result<Displacing> displacing_by(const Options& options, const keystore::Holding& present);

struct Installed {
  std::optional<platform::Path> displaced;  // where the key that was there is kept
};
/// Under the lock that `present` was read under. exists or needs_confirmation when a different key is there that may
/// not be put aside.
platform::Result<Installed> install_key(const Host& host, const keystore::Holding& present, const keystore::GenKey& key,
                                        const keystore::Record& record, Displacing displacing);

/// `fresh`, unless the host's record already means this very key: then that record goes on, with its epoch, as sure as
/// the surer of the two.
keystore::Record record_for(const keystore::Holding& present, const keystore::GenKey& key, keystore::Record fresh);

}  // namespace agent
