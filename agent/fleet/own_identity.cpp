#include "agent/fleet/own_identity.h"

namespace agent {

using platform::Result;

Result<Identity> own_identity(const Host& host) {
  if (host.config.certificate) return Identity::load(*host.config.certificate, *host.config.certificate_key);
  auto found = Identity::load(host.identity_file());
  if (!found && found.error().kind == platform::ErrorKind::not_found) return new_identity(host);
  return found;
}

Result<Identity> new_identity(const Host& host) {
  Identity fresh = TRY(Identity::generate(host.name));
  if (!host.options.dry_run) TRY(fresh.save(host.identity_file()));
  return fresh;
}

std::optional<tls::Authority> own_authority(const Config& config) {
  if (!config.ca) return std::nullopt;
  return tls::Authority{*config.ca, config.allow};
}

}  // namespace agent
