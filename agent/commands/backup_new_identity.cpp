// SPDX-License-Identifier: ISC
// backup new-identity: makes an identity, which opens backups. It belongs on a machine outside the fleet.
#include <iostream>

#include "agent/commands/table.h"
#include "keystore/age/file.h"
#include "platform/files/file.h"
#include "platform/host/default_paths.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;

Result<void> give_out(const platform::SecretBytes& file, const std::optional<platform::Path>& path) {
  if (path && *path != "-") {
    // Never over an existing file. Overwriting an identity would make every backup to it unreadable for ever.
    return platform::install_file({.path = *path,
                                   .content = file.reveal(),
                                   .uid = platform::current_user(),
                                   .gid = platform::current_group(),
                                   .mode = 0600});
  }
  std::cout.write(reinterpret_cast<const char*>(file.reveal().data()), static_cast<std::streamsize>(file.size()));
  return std::cout.flush() ? Result<void>() : fail(ErrorKind::io, "cannot write the identity to standard output");
}

}  // namespace

Result<Report> backup_new_identity(const Host& host) {
  const auto& output = host.options.output;
  if (host.options.json && (!output || *output == "-"))
    return fail(ErrorKind::usage, "the identity goes to standard output alone; with --json it needs --output FILE");
  // The system may forbid age, as in FIPS mode. Then this identity could not be used, which would show only on the
  // worst day.
  TRY(keystore::age::is_allowed());
  Report report{.command = Command::backup_new_identity, .changed = !host.options.dry_run};
  if (host.options.dry_run) {
    report.lines.emplace_back("would make an identity");
    return report;
  }
  // The identity is printed and not kept. A host that could open its own backups would give a thief both halves.
  const auto identity = keystore::age::new_identity(platform::now());
  TRY(give_out(identity.file, output));
  const std::string recipient = identity.recipient.text();
  report.own_members.push_back(text_member("recipient", recipient));
  // On standard error, because standard output is for the identity.
  report.warn("recipient: " + recipient);
  report.warn(
      "this identity opens every backup that is encrypted to it: keep it in a safe place, away "
      "from the hosts that are backed up and from their copies");
  // Only the recipient goes into the configuration. It cannot open anything, so it is safe there.
  report.warn("on each of those hosts, in " + platform::default_config_file().string() + ": [backup] recipients = [\"" +
              recipient + "\"]");
  return report;
}

}  // namespace agent::commands
