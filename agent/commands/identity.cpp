// SPDX-License-Identifier: ISC
// identity: this host's name, address and pin, and a new identity in place of the old one.
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/fleet/member.h"
#include "agent/fleet/own_identity.h"
#include "agent/fleet/roster_file.h"

namespace agent::commands {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

namespace {

// A copied machine has the list of peers of its original, where its own name may be that of a machine which it has
// replaced. That entry would be a peer for ever that this host itself answers for.
Result<void> forget_former_owners(const Host& host) {
  RosterFile file = roster_of(host);
  const std::string address = host.address().text();
  return file.update([&](Roster& roster) {
    while (const Peer* owner = roster.owner_of(address)) roster.retire(Pin(owner->pin));
  });
}

}  // namespace

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
    TRY(forget_former_owners(host));
    // The listener read its identity at its start and gave up the right to read it again.
    report.warn("this host has a new identity, and its listener still shows the old one",
                restart_listener_steps(host.options));
  }
  report.identity = IdentityPart{host.name, host.address().text(), own.pin()};
  report.lines = {"name     " + host.name, "address  " + report.identity->address, "pin      " + own.pin().text()};
  return report;
}

}  // namespace agent::commands
