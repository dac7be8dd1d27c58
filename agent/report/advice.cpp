// SPDX-License-Identifier: ISC
#include "agent/report/advice.h"

#include <algorithm>
#include <array>

#include <boost/filesystem/operations.hpp>

#include "agent/config/host.h"
#include "agent/config/typed_commands.h"
#include "platform/accounts/account.h"
#include "platform/host/typed_command.h"
#include "platform/processes/child_program.h"

namespace agent {

namespace {

using platform::ErrorKind;
using platform::Steps;

void replace(std::string& text, std::string_view mark, const std::string& with) {
  if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), with);
}

// These kinds of error are about the file that import was given. The host's own key file may be sound, so the table's
// advice for it would be wrong.
bool is_of_the_input(ErrorKind kind, const Options& options) {
  return options.command == Command::import &&
         (kind == ErrorKind::invalid_key || kind == ErrorKind::usage || kind == ErrorKind::not_found);
}

std::string displacing_again(const Options& options) {
  // A line without the confirmation would be refused when it is typed, and the person would be sent round again.
  return options.displace && !options.confirm.empty() ? " --displace --confirm " + quoted(options.confirm) : "";
}

Steps steps_for_the_input(const Options& options) {
  return {{"with the file that holds the key", command_line_for(options, "import FILE" + displacing_again(options))}};
}

// A person may type the advice in another directory, so paths become absolute. A word that names no file is a
// destination and stays as it is.
std::string given_again(const std::string& word) {
  boost::system::error_code unknown;
  return quoted(boost::filesystem::exists(word, unknown) ? boost::filesystem::absolute(word).string() : word);
}

std::string identities_again(const Options& options) {
  std::string words;
  // Paths of identities, never their content. A passphrase appears only as the option that asks for it.
  for (const std::string& identity : options.identities) words += " -i " + given_again(identity);
  if (options.passphrase || options.passphrase_fd) words += " --passphrase";
  return words.empty() ? " -i IDENTITY" : words;
}

std::string restore_line(const Options& options, const std::string& backup, const std::string& identities) {
  std::string command = options.host_state ? "restore --host-state" : "restore";
  if (!backup.empty()) command += " " + backup;
  command += identities;
  if (options.output) command += " --output " + quoted(options.output->string());
  command += displacing_again(options);
  if (options.write) command += " --write";
  return command_line_for(options, command);
}

std::string backup_again(const Options& options) { return options.backup ? given_again(*options.backup) : ""; }

std::string as_typed(const Options& options) {
  // A person cannot type what a start types with its hook, so the gate takes its place.
  const Command again = options.command == Command::hook_run ? Command::gate : options.command;
  std::string line(options.table.name_of(again));
  // Without its own words the command would do something else: `ensure` fetches what `ensure --keep` keeps.
  if (options.command != options.typed) return line;
  for (const std::string& word : options.typed_words) line += " " + quoted(word);
  return line;
}

std::string with_new_output(Options options) {
  // A restore is spelled from its options, and the other commands from their words.
  options.output = "FILE";
  const auto name = std::ranges::find(options.typed_words, "--output");
  if (name != options.typed_words.end() && name + 1 != options.typed_words.end()) *(name + 1) = "FILE";
  return typed_again(options);
}

// What stands for a command in the table: error_table.h.
std::string spelled(std::string_view command, const Options& options) {
  if (command.starts_with('^')) return command_line_elsewhere(options, std::string(command.substr(1)));
  if (command == "?") return "genkey-agent " + std::string(options.table.name_of(options.command)) + " --help";
  if (!command.starts_with('@')) return command_line_for(options, std::string(command));
  const std::string more(command.substr(1));
  if (options.command == Command::restore)
    return restore_line(options, backup_again(options), identities_again(options)) + more;
  if (options.command == Command::import)
    return command_line_for(options, "import " + given_again(options.input) + displacing_again(options)) + more;
  return command_line_for(options, as_typed(options)) + more;
}

// A table of steps for one command would be longer than these few cases, in which the general steps do not fit.
std::optional<Steps> steps_for_command(ErrorKind kind, const Options& options) {
  if (kind == ErrorKind::exists && options.output)
    return Steps{{"with the name of a new file", with_new_output(options)}};
  if (kind == ErrorKind::usage && options.command == Command::invite && options.revoke)
    return Steps{{"to see the tickets of this host", command_line_for(options, "invite --list")}};
  if (kind == ErrorKind::usage && options.command == Command::join && !options.ticket_file)
    return Steps{{"with the ticket in a file",
                  command_line_for(options, "join --ticket-file FILE" + displacing_again(options))}};
  if (kind == ErrorKind::exists && options.command == Command::setup)
    return Steps{{"to see what counts on this host", command_line_for(options, "config show")}};
  if (kind == ErrorKind::usage && options.command == Command::setup)
    return Steps{{"with every host of the fleet", command_line_for(options, "setup --peer HOST --peer HOST")}};
  // The present key is the one that encrypted them. Another one would not open them, and nor would a ticket help.
  if (kind == ErrorKind::encrypted_credentials && options.replace)
    return Steps{{"write these credentials into it in the clear, then", typed_again(options)}};
  // The ticket names the host that made it. Pinning another one here would change nothing.
  const bool by_ticket = options.command == Command::join || options.command == Command::ensure;
  if (kind == ErrorKind::peer_untrusted && by_ticket) return steps_for(ErrorKind::bad_ticket, options);
  return std::nullopt;
}

// With these kinds of error the fault lies in what restore was given, and not in this host's key. All other kinds take
// the general table.
struct RestoreEntry {
  ErrorKind kind;
  std::string_view purpose;
  bool other_backup;
  bool other_identity;
};

constexpr std::array restore_entries = {
    RestoreEntry{ErrorKind::usage, "the form of this command", true, true},
    RestoreEntry{ErrorKind::bad_path, "with a plain path", true, false},
    RestoreEntry{ErrorKind::not_found, "with another copy", true, false},
    RestoreEntry{ErrorKind::invalid_key, "with another copy", true, false},
    RestoreEntry{ErrorKind::bad_backup, "with another copy", true, false},
    RestoreEntry{ErrorKind::damaged_archive, "with another copy", true, false},
    RestoreEntry{ErrorKind::not_recorded, "with a copy of the recorded key", true, false},
    RestoreEntry{ErrorKind::not_installed, "install Ops Manager, then", false, false},
    RestoreEntry{ErrorKind::wrong_identity, "with the identity or the passphrase of one of its recipients", false,
                 true},
};

std::optional<Steps> steps_for_restore(ErrorKind kind, const Options& options) {
  const auto* entry = std::ranges::find(restore_entries, kind, &RestoreEntry::kind);
  if (options.command != Command::restore || entry == restore_entries.end()) return std::nullopt;
  return Steps{
      {std::string(entry->purpose), restore_line(options, entry->other_backup ? "BACKUP" : backup_again(options),
                                                 entry->other_identity ? " -i IDENTITY" : identities_again(options))}};
}

// The same command may succeed for root, so it is shown as root would type it. Root would only be refused again.
Steps steps_for_denied(const Options& options) {
  const std::string again = typed_again(options);
  if (!platform::running_as_root())
    return {{"as " + std::string(platform::administrator()), platform::typed_as_administrator(again)}};
  return {{"check " + std::string(platform::what_binds_administrators()) + ", then", again}};
}

}  // namespace

Steps steps_for(ErrorKind kind, const Options& options) {
  // First what is particular to the command, then the table: the general steps for a bad key file replace it, which
  // would hurt a host whose own key is fine.
  if (is_of_the_input(kind, options)) return steps_for_the_input(options);
  if (auto steps = steps_for_command(kind, options)) return *std::move(steps);
  if (auto steps = steps_for_restore(kind, options)) return *std::move(steps);
  if (kind == ErrorKind::denied) return steps_for_denied(options);
  Steps steps;
  for (const StepEntry& entry : entry_for(kind).steps) {
    if (entry.purpose.empty() && entry.command.empty()) break;
    std::string purpose(entry.purpose);
    replace(purpose, "{programs}", std::string(platform::repair_of_programs()));
    steps.push_back({purpose, entry.command.empty() ? "" : spelled(entry.command, options)});
  }
  return steps;
}

Steps steps_for(const platform::Error& error, const Options& options) {
  Steps steps = error.steps;
  for (auto& step : steps_for(error.kind, options)) steps.push_back(std::move(step));
  return steps;
}

Message message_about(const platform::Error& error, const Options& options, const std::string& context) {
  return {context + error.message, steps_for(error, options)};
}

std::string typed_again(const Options& options) { return spelled("@", options); }

Steps steps_for(Reason reason, const Options& options) { return steps_for(kind_of(reason), options); }

}  // namespace agent
