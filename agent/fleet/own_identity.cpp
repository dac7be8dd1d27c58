// SPDX-License-Identifier: ISC
#include "agent/fleet/own_identity.h"

namespace agent {

using platform::Result;

Result<Identity> own_identity(const Host& host) {
  // A configured certificate wins and is never replaced by a made one: other hosts allow its name through the CA.
  if (host.config.certificate) return Identity::load(*host.config.certificate, *host.config.certificate_key);
  auto found = Identity::load(host.identity_file());
  // Only a missing file is a reason for a new identity. Any other failure could hide an identity that peers already
  // know.
  if (!found && found.error().kind == platform::ErrorKind::not_found) return new_identity(host);
  return found;
}

Result<Identity> new_identity(const Host& host) {
  Identity fresh = TRY(Identity::generate(host.name));
  // Saved before anybody sees its pin. A pin that peers learn and the disk does not keep would lock this host out of
  // their rosters.
  if (!host.options.dry_run) TRY(fresh.save(host.identity_file()));
  return fresh;
}

std::optional<tls::Authority> own_authority(const Config& config) {
  // Names in `allow` mean nothing without a CA, since anybody can put a name into a self-signed certificate.
  if (!config.ca) return std::nullopt;
  return tls::Authority{*config.ca, config.allow};
}

}  // namespace agent
