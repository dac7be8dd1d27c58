// SPDX-License-Identifier: ISC
// hook install, hook remove: one line in mms.conf, so that every way to start Ops Manager asks the gate.
#include <boost/filesystem/operations.hpp>

#include "agent/actions/hook_state.h"
#include "agent/base/limits.h"
#include "agent/commands/table.h"
#include "agent/config/typed_commands.h"
#include "agent/gate/hook_line.h"
#include "agent/gate/notes.h"
#include "platform/base/bytes.h"
#include "platform/files/file.h"
#include "platform/processes/program_path.h"
#include "platform/services/service_manager.h"

namespace agent::commands {

namespace {

using platform::ErrorKind;
using platform::fail;
using platform::Path;
using platform::PublicFile;
using platform::Result;

Result<Path> conf_file(const Host& host) {
  // On Windows there is no start script that could source anything.
  if (platform::installs_services()) {
    return fail(ErrorKind::usage, "Ops Manager has no mms.conf on Windows; its services ask the gate instead",
                {{"to make them ask it", command_line_for(host.options, "service install")}});
  }
  const auto conf = platform::mms_conf_file(host.installation);
  if (conf) return *conf;
  return fail(ErrorKind::usage, "no mms.conf is known here; name the installation with --install-path DIRECTORY");
}

// Only a plain file of Ops Manager itself. Nothing behind a link is written, since the link's owner may lead root to
// another file.
Result<PublicFile> read_conf(const Path& conf) {
  auto file = platform::read_file(conf, limits::mms_conf, platform::Links::refuse);
  if (file || file.error().kind == ErrorKind::denied || file.error().kind == ErrorKind::io) return file;
  if (file.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::configuration, "there is no " + conf.string() + "; expected the file of Ops Manager");
  return fail(ErrorKind::configuration, file.error().message + "; expected the file of Ops Manager");
}

// Keeps owner and mode. `replaces` refuses if somebody has changed the file since it was read.
Result<void> write_conf(const Path& conf, const PublicFile& old, const std::string& text) {
  return platform::install_file({.path = conf,
                                 .content = platform::view_of(text),
                                 .uid = old.facts.uid,
                                 .gid = old.facts.gid,
                                 .mode = old.facts.mode,
                                 .existing = platform::NewFile::Existing::replace,
                                 .replaces = old.facts});
}

// The options that the line needs so that every account that starts Ops Manager finds this host: an installation from
// an archive is not found by itself, and another account would use a state directory of its own.
std::string options_of_line(const Host& host) {
  Options options = host.options;
  // The line gets the path from the start itself. A fixed path would stay behind when mms.conf changes.
  options.key_file.reset();
  const bool tar = host.installation.layout == platform::Layout::tar;
  if (tar) options.install_path = host.installation.install_path;
  if (tar && !host.config.state_dir) options.state_dir = host.files.state_directory;
  return options_line_for(options);
}

Result<std::string> line_for(const Host& host) {
  if (host.options.key_file) {
    return fail(ErrorKind::usage, "the hook takes the key file from mms.conf, and --key-file does not change that",
                {{"for another key file, set this under [installation] in the configuration",
                  "key_file = \"" + boost::filesystem::absolute(*host.options.key_file).string() + "\""}});
  }
  const Path program = TRY(platform::program_path());
  return hook_line({.program = program, .options = options_of_line(host), .required = host.options.required});
}

// The file with our line in it. Nothing is written if something is open at the file's end, because the line might then
// never be run.
Result<std::string> text_with(const Host& host, const std::string& text, const std::string& line, const Path& conf) {
  std::string wanted = TRY(with_hook(text, line, conf.string()));
  if (const auto script = platform::start_script_of(host.installation)) TRY(platform::check_end_of_conf(*script));
  return wanted;
}

Result<platform::FileLock> lock_state(const Host& host) {
  TRY(prepare(host));
  return wait_for_lock(host, host.lock_file());
}

Result<Report> install(const Host& host, const Path& conf) {
  const std::string line = TRY(line_for(host));
  const PublicFile old = TRY(read_conf(conf));
  const std::string text(platform::text_of(old.content));
  const std::string wanted = TRY(text_with(host, text, line, conf));
  const HookNote note{conf, host.options.required};
  // The note first: status reports a line that is noted and missing, but it could not know about a line without a note.
  const bool known = load_hook_note(host.files.state_directory) == note;
  if (!known) TRY(save(note, host.files.state_directory));
  if (wanted != text) TRY(write_conf(conf, old, wanted));
  Report report{.command = Command::hook_install, .changed = wanted != text || !known};
  report.lines.push_back(wanted != text ? "the hook is in " + conf.string() : "nothing to do");
  // Tried with the shell: a line in the file is worth nothing if no start reaches it.
  report.hook = hook_part_of(host, conf, true);
  if (report.hook->in_force) return report;
  report.code = exit_attention;
  report.warn(what_stops(*report.hook));
  return report;
}

Result<Report> would_install(const Host& host, const Path& conf) {
  const std::string line = TRY(line_for(host));
  const PublicFile old = TRY(read_conf(conf));
  const std::string text(platform::text_of(old.content));
  const bool same = TRY(text_with(host, text, line, conf)) == text;
  Report report{.command = Command::hook_install, .changed = false};
  report.lines.push_back(same ? "nothing to do" : "would write into " + conf.string() + ": " + line);
  report.hook = hook_part_of(host, conf, has_hook(text));
  return report;
}

Result<Report> remove(const Host& host, const Path& conf) {
  Report report{.command = Command::hook_remove, .changed = false};
  report.hook = HookPart{.file = conf};
  const bool noted = load_hook_note(host.files.state_directory).has_value();
  const auto facts = platform::facts_of(conf);
  // An upgrade or a removal of Ops Manager may have taken the file away. Then only the note has to go.
  const bool absent = !facts && facts.error().kind == ErrorKind::not_found;
  const PublicFile old = absent ? PublicFile() : TRY(read_conf(conf));
  const std::string_view text = platform::text_of(old.content);
  const bool present = has_hook(text);
  report.lines.push_back(present || noted ? "the hook is gone from " + conf.string() : "nothing to do");
  if (host.options.dry_run) {
    if (present) report.lines = {"would take the hook out of " + conf.string()};
    report.hook = hook_part_of(host, conf, present);
    return report;
  }
  report.changed = present || noted;
  if (present) TRY(write_conf(conf, old, without_hook(text)));
  // The note goes last. If power fails in between, status reports a missing hook, and the command can be repeated.
  if (noted) TRY(forget_hook(host.files.state_directory));
  return report;
}

}  // namespace

Result<Report> hook_install(const Host& host) {
  const Path conf = TRY(conf_file(host));
  if (host.options.dry_run) return would_install(host, conf);
  const auto lock = TRY(lock_state(host));
  return install(host, conf);
}

Result<Report> hook_remove(const Host& host) {
  const Path conf = TRY(conf_file(host));
  if (host.options.dry_run) return remove(host, conf);
  const auto lock = TRY(lock_state(host));
  return remove(host, conf);
}

}  // namespace agent::commands
