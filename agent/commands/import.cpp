// SPDX-License-Identifier: ISC
// import: a key that exists already, from a file or standard input.
#include "agent/actions/back_up.h"
#include "agent/actions/install_key.h"
#include "agent/commands/table.h"
#include "agent/fleet/member.h"
#include "agent/report/peer_advice.h"
#include "agent/report/peers.h"
#include "keystore/key/key_text.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Result;
using platform::SecretBytes;

Result<SecretBytes> read_input(const std::string& input) {
  // The key comes from a file or a stream and never from the command line, which every user can see in ps.
  if (input == "-") return platform::read_secret_stream(platform::standard_input, keystore::longest_key_text);
  auto file = platform::read_secret_file(input, keystore::longest_key_text);
  if (file) return std::move(file->content);
  if (file.error().kind != ErrorKind::unsafe_file) return tl::unexpected(file.error());
  // The fault is in the input and not in this host's key file, so the kind that advises `audit` does not fit.
  return fail(ErrorKind::usage, file.error().message);
}

Result<keystore::GenKey> decode_input(const SecretBytes& input, const Options& options) {
  auto key = keystore::decode_key(input, options.format);
  if (key) return key;
  const std::string source = options.input == "-" ? "standard input" : options.input;
  // The error names the source and never repeats its content, which may be a key in another format.
  return fail(key.error().kind, source + ": " + key.error().message);
}

Result<keystore::GenKey> read_key(const Options& options) {
  const SecretBytes input = TRY(read_input(options.input));
  keystore::GenKey key = TRY(decode_input(input, options));
  const auto weakness = keystore::weakness_of(key);
  // Databases may be encrypted with a weak key already, and then this key is the only right one.
  if (!weakness || options.allow_weak) return key;
  return fail(ErrorKind::weak_key, "this key is weak: " + std::string(keystore::describe(*weakness)));
}

bool is_done(const keystore::Holding& holding, const keystore::GenKey& key) {
  // A provisional key is installed again, because the person has now said that it is the right one.
  return holding.is_recorded && holding.key->equals(key) && holding.standing() >= keystore::Standing::chosen;
}

Result<Report> import_key(const Host& host) {
  Report report{.command = Command::import, .changed = false};
  // Before the lock: the input may be a terminal or a slow pipe.
  const keystore::GenKey key = TRY(read_key(host.options));
  const LockedMember opened = TRY(open_locked(host));
  const keystore::Holding& present = opened.member.holding;
  if (is_done(present, key)) {
    report.key = key_part(host.files, present);
    report.lines.push_back("this key is in " + host.files.key_file.string() + " already");
    return report;
  }
  TRY(check_key_directory(host));
  const Displacing displacing = TRY(displacing_by(host.options, present));
  if (host.options.dry_run) {
    report.lines.push_back("would install the key in " + host.files.key_file.string());
    return report;
  }
  // A file with a key does not say to which fleet it belongs. Hosts that agree settle on one id later.
  const auto record = record_for(present, key,
                                 keystore::make_record(keystore::KeyProof(key), keystore::FleetId::random(), 1,
                                                       keystore::Standing::chosen, keystore::Origin::imported));
  report.displaced = TRY(install_key(host, present, key, record, displacing)).displaced;
  report.changed = true;
  const keystore::Holding now = TRY(read_back(host, key, report.displaced));
  report.key = key_part(host.files, now);
  report.lines.push_back("installed the key in " + host.files.key_file.string() + " (" +
                         platform::key_file_permissions(host.files.service) + "), fleet " + record.fleet.hex());
  if (report.displaced) report.lines.push_back("the key that was there is kept in " + report.displaced->string());
  warn_of_weakness(report, now);
  report.warnings.push_back(next_host(host.options));
  return report;
}

}  // namespace

Result<Report> import(const Host& host) {
  Report report = TRY(import_key(host));
  back_up_beside(host, report);
  return report;
}

}  // namespace agent::commands
