// SPDX-License-Identifier: ISC
// identity: this host's name, address and pin, and a new identity in place of the old one.
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/own_identity.h"

namespace agent::commands {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<Report> identity(const Host& host) {
  Report report{.command = Command::identity, .changed = false};
  LockedMember opened = TRY(open_locked(host));
  Identity own = opened.member.identity;
  // The CA's certificate is the administrator's. A new identity beside it would never be shown to anybody.
  if (host.options.renew && host.config.certificate) {
    return fail(ErrorKind::usage,
                "this host's identity comes from a CA; replace the files named by certificate and key under [tls]");
  }
  if (host.options.renew && !host.options.dry_run) {
    // For a host whose private key may be known to others, and for a copied machine. Peers then have to learn the new
    // pin.
    own = TRY(new_identity(host));
    report.changed = true;
    // The listener read its identity at its start and gave up the right to read it again.
    report.warn("this host has a new identity, and its listener still shows the old one",
                restart_listener_steps(host.options));
  }
  report.identity = IdentityPart{host.name, host.address().text(), own.pin()};
  report.lines = {"name     " + host.name, "address  " + report.identity->address, "pin      " + own.pin().text()};
  return report;
}

}  // namespace agent::commands
