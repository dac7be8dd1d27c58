// SPDX-License-Identifier: ISC
// backup: an encrypted copy of the key to each configured destination, or to a file or standard output.
#include <iostream>

#include "agent/actions/back_up.h"
#include "agent/commands/table.h"
#include "agent/report/backups.h"
#include "platform/files/file.h"

namespace agent::commands {

namespace {

using platform::BytesView;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

bool to_standard_output(const Options& options) { return options.output && *options.output == "-"; }

// One file has one format. If configured recipients need two, age is taken; if the options asked for both, the user has
// to choose.
Result<BackupFormat> only_format(const Options& options, const BackupRecipients& recipients) {
  const auto formats = formats_for(recipients);
  const bool asked_for_both = formats.size() > 1 && !options.certificates.empty();
  if (asked_for_both)
    return fail(ErrorKind::usage, "one file has one format: give recipients of age, or certificates, and not both");
  return formats.front();
}

Result<void> write_out(BytesView content) {
  const std::string_view text = platform::text_of(content);
  std::cout.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
  // A full disk shows only after the flush.
  return std::cout ? Result<void>() : fail(ErrorKind::io, "cannot write the backup to standard output");
}

Result<void> write_file(const platform::Path& path, BytesView content) {
  return platform::install_file({.path = path,
                                 .content = content,
                                 .uid = platform::current_user(),
                                 .gid = platform::current_group(),
                                 // Encrypted, and still nobody's business: a copy can be attacked offline for ever.
                                 .mode = 0600});
}

Result<void> back_up_to_output(const Host& host, const BackupRecipients& recipients, Report& report) {
  const BackupFormat format = TRY(only_format(host.options, recipients));
  // Only the recorded key. A copy of a wrong key would be trusted on the day when the right one is lost.
  const RecordedKey recorded = TRY(recorded_key(host));
  const std::string path = host.options.output->string();
  const std::string what = "an encrypted copy of the key of fleet " + recorded.record.fleet.hex();
  if (host.options.dry_run) {
    report.lines.push_back("would write " + what + " to " + path);
    return {};
  }
  const auto content = TRY(seal_backup(recorded.key.duplicate_bytes(), recipients, format, host.options.armor));
  report.changed = true;
  // No further line: standard output holds the backup and nothing else.
  if (to_standard_output(host.options)) return write_out(content);
  TRY(write_file(*host.options.output, content));
  report.lines.push_back("wrote " + what + " to " + path);
  report.backups = {{.destination = path,
                     .name = host.options.output->filename().string(),
                     .result = BackupResult::stored,
                     .size = content.size(),
                     .stored = platform::now()}};
  return {};
}

}  // namespace

Result<Report> backup_create(const Host& host) {
  // Refused before anything is made, because the two would be mixed in one stream.
  if (host.options.json && to_standard_output(host.options))
    return fail(ErrorKind::usage, "the backup goes to standard output alone; with --json it needs --output FILE");
  Report report{.command = Command::backup_create, .changed = false};
  if (!host.options.output && host.config.destinations.empty()) {
    // The timer is installed everywhere; on a host without backups it must not fail.
    if (!host.options.if_configured)
      return fail(ErrorKind::no_destination, "no destination is configured, and no --output given");
    report.lines.emplace_back("no destination is configured");
    return report;
  }
  const BackupRecipients recipients = TRY(read_recipients(host.options, host.config));
  TRY(host.options.output ? back_up_to_output(host, recipients, report) : back_up(host, recipients, report));
  // A timer runs this command. Its log is all that an administrator without monitoring may read.
  if (!host.options.output) tell_stale_drills(host, report);
  return report;
}

}  // namespace agent::commands
