#include "agent/report/advice.h"

#include <algorithm>
#include <array>

#include <boost/filesystem/operations.hpp>

#include "agent/config/host.h"
#include "agent/config/typed_commands.h"
#include "platform/host/typed_command.h"
#include "platform/processes/child_program.h"

namespace agent {

namespace {

using platform::ErrorKind;

// Commands are given to command_line_for(); other text stands as it is.
struct Entry {
  ErrorKind kind;
  std::string_view name;
  ExitCode code;
  std::string_view text;     // "{}" stands for the command line
  std::string_view command;  // empty: the text says it all, or nothing can be said
};

constexpr std::array entries = {
    Entry{ErrorKind::io, "io", exit_failed, "", ""},
    Entry{ErrorKind::denied, "denied", exit_failed, "run it as {administrator}: {}", "@"},
    Entry{ErrorKind::internal, "internal", exit_failed, "", ""},
    Entry{ErrorKind::usage, "usage", exit_usage, "genkey-agent --help", ""},
    Entry{ErrorKind::bad_path, "bad-path", exit_usage, "give a plain path: {}", "@"},
    Entry{ErrorKind::configuration, "configuration", exit_usage, "correct it, then: {}", "@"},
    Entry{ErrorKind::not_found, "not-found", exit_failed, "", ""},
    Entry{ErrorKind::busy, "busy", exit_failed, "when it has ended: {}", "@"},
    Entry{ErrorKind::not_installed, "not-installed", exit_no_key, "install Ops Manager, then: {}", "ensure"},
    Entry{ErrorKind::no_directory, "no-directory", exit_no_key,
          "install Ops Manager, make that directory or give another --key-file; then: {}", "@"},
    Entry{ErrorKind::no_key, "no-key", exit_no_key,
          "on the first host: {0}; on any other: 'genkey-agent invite' on a host that has the key, then here: {1}",
          "generate|join"},
    Entry{ErrorKind::lost_key, "lost-key", exit_no_key, "while a peer that has it answers: {0}; with a ticket: {1}",
          "ensure|join"},
    Entry{ErrorKind::invalid_key, "invalid-key", exit_invalid_key, "a file that holds the key is installed with: {}",
          "import FILE --displace --confirm unrecorded"},
    Entry{ErrorKind::weak_key, "weak-key", exit_invalid_key,
          "for a new fleet: {0}; if databases are encrypted with this key already, add --allow-weak", "generate"},
    Entry{ErrorKind::unreadable_key, "unreadable-key", exit_unsafe, "{}", "audit --fix"},
    Entry{ErrorKind::unsafe_file, "unsafe-file", exit_unsafe, "{} tells what and how", "audit"},
    Entry{ErrorKind::unsafe_path, "unsafe-path", exit_unsafe, "{} tells what and how", "audit"},
    Entry{ErrorKind::mount_absent, "mount-absent", exit_unsafe, "mount it, then: {}", "ensure"},
    Entry{ErrorKind::not_recorded, "not-recorded", exit_other_key,
          "to get the recorded key back: {0}; if the present key is the right one: {1}", "ensure|ensure --keep"},
    Entry{ErrorKind::unsure, "unsure", exit_other_key, "if this key is the right one: {}", "ensure --keep"},
    Entry{ErrorKind::peer_disagrees, "peer-disagrees", exit_other_key,
          "on the host with the right key: genkey-agent ensure --keep, then genkey-agent invite; on the other: {}",
          "join --displace --confirm FLEET"},
    Entry{ErrorKind::peer_silent, "peer-silent", exit_no_answer,
          "check that 'genkey-agent serve' runs there and that its port is open, then: {}", "@"},
    Entry{ErrorKind::peer_incompatible, "peer-incompatible", exit_no_answer,
          "check the address, and that both hosts run the same version of genkey-agent, then: {}", "@"},
    Entry{ErrorKind::peer_untrusted, "peer-untrusted", exit_refused, "if that host was made anew on purpose: {}",
          "peers add ADDRESS --pin PIN"},
    Entry{ErrorKind::refused, "refused", exit_refused, "on a host that has the key: genkey-agent invite; then here: {}",
          "join"},
    Entry{ErrorKind::bad_ticket, "bad-ticket", exit_refused,
          "ask for a new one: genkey-agent invite on a host that has the key; then here: {}", "join"},
    Entry{ErrorKind::used_ticket, "used-ticket", exit_refused,
          "ask for a new one: genkey-agent invite on a host that has the key; then here: {}", "join"},
    Entry{ErrorKind::expired_ticket, "expired-ticket", exit_refused,
          "ask for a new one: genkey-agent invite on a host that has the key; then here: {}", "join"},
    Entry{ErrorKind::store_silent, "store-silent", exit_failed,
          "check the destination's endpoint and the network to it, then: {}", "@"},
    Entry{
        ErrorKind::store_refuses, "store-refuses", exit_refused,
        "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials, and what they are allowed, then: {}",
        "@"},
    Entry{ErrorKind::store_untrusted, "store-untrusted", exit_refused,
          "if the store has a CA of its own, name its file in the destination, ?ca=FILE, then: {}", "@"},
    Entry{ErrorKind::store_clock, "store-clock", exit_refused, "set this host's clock, then: {}", "@"},
    Entry{ErrorKind::store_full, "store-full", exit_failed, "make room, or raise the store's quota, then: {}", "@"},
    Entry{ErrorKind::store_locked, "store-locked", exit_refused,
          "wait until the lock's time is over, or let the store's administrator lift it", ""},
    Entry{ErrorKind::damaged_archive, "damaged-archive", exit_failed, "take another copy", ""},
    Entry{ErrorKind::program_absent, "program-absent", exit_failed, "{programs}, then: {}", "@"},
    Entry{ErrorKind::exists, "exists", exit_would_overwrite, "{} shows what is there", "status"},
    Entry{ErrorKind::key_elsewhere, "key-elsewhere", exit_would_overwrite,
          "run 'genkey-agent invite' on that host, then here: {}", "join"},
    Entry{ErrorKind::encrypted_credentials, "encrypted-credentials", exit_would_overwrite,
          "bring the key that encrypted them: {}", "join"},
    Entry{ErrorKind::bad_backup, "bad-backup", exit_failed, "take another copy of it", ""},
    Entry{ErrorKind::wrong_identity, "wrong-identity", exit_refused,
          "give the identity or passphrase that belongs to one of its recipients", ""},
    Entry{
        ErrorKind::no_recipients, "no-recipients", exit_usage,
        "with a passphrase: {0}; for good: {1} away from this host, and what it prints into [backup] recipients of the "
        "configuration",
        "backup --passphrase --output FILE|backup new-identity --output FILE"},
    Entry{ErrorKind::no_destination, "no-destination", exit_usage,
          "{}; for good: destinations = [\"file:///DIRECTORY\"] under [backup] in the configuration",
          "backup --output FILE"},
    Entry{ErrorKind::service_running, "service-running", exit_would_overwrite,
          "stop Ops Manager on every host, then: {}", "@"},
    Entry{ErrorKind::not_backed_up, "not-backed-up", exit_would_overwrite, "{0}; then: {1}", "backup|@"},
    Entry{ErrorKind::needs_confirmation, "needs-confirmation", exit_would_overwrite,
          "if that key is to be put aside, the fleet to confirm is shown by: {}", "status"},
};

const Entry& entry_for(ErrorKind kind) { return entries.at(static_cast<std::size_t>(kind)); }

constexpr bool in_order() {
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (entries.at(at).kind != static_cast<ErrorKind>(at)) return false;
  }
  return entries.size() == static_cast<std::size_t>(ErrorKind::needs_confirmation) + 1;
}
static_assert(in_order(), "one entry per kind, in the order of the kinds");

void replace(std::string& text, std::string_view mark, const std::string& with) {
  if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), with);
}

// With these, import says that what it was given holds no key; the host's own key file may be sound.
bool is_of_the_input(ErrorKind kind, const Options& options) {
  return options.command == Command::import &&
         (kind == ErrorKind::invalid_key || kind == ErrorKind::usage || kind == ErrorKind::not_found);
}

std::string displacing_again(const Options& options) {
  return options.displace && !options.confirm.empty() ? " --displace --confirm " + quoted(options.confirm) : "";
}

std::string advice_for_the_input(const Options& options) {
  return "with the file that holds the key: " + command_line_for(options, "import FILE" + displacing_again(options));
}

// What was given, as it would be typed in another directory.
std::string given_again(const std::string& word) {
  boost::system::error_code unknown;
  return quoted(boost::filesystem::exists(word, unknown) ? boost::filesystem::absolute(word).string() : word);
}

std::string identities_again(const Options& options) {
  std::string words;
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

// "@" is the command that was given, again. A person asks with the gate what a start asks with its hook.
std::string spelled(std::string_view command, const Options& options) {
  const Command again = options.command == Command::hook_run ? Command::gate : options.command;
  if (command == "@" && options.command == Command::restore)
    return restore_line(options, backup_again(options), identities_again(options));
  if (command == "@" && options.command == Command::import)
    return command_line_for(options, "import " + given_again(options.input) + displacing_again(options));
  if (command == "@" && options.replace)
    return command_line_for(options, "generate --replace --confirm " + quoted(options.confirm));
  return command_line_for(options, std::string(command == "@" ? options.table.name_of(again) : command));
}

// With these it is what restore was given that is at fault, and not this host's key; the others are in the table above.
struct RestoreEntry {
  ErrorKind kind;
  std::string_view text;
  bool other_backup;
  bool other_identity;
};

constexpr std::array restore_entries = {
    RestoreEntry{ErrorKind::usage, "", true, true},
    RestoreEntry{ErrorKind::bad_path, "give a plain path: ", true, false},
    RestoreEntry{ErrorKind::not_found, "with another copy: ", true, false},
    RestoreEntry{ErrorKind::invalid_key, "with another copy: ", true, false},
    RestoreEntry{ErrorKind::bad_backup, "with another copy: ", true, false},
    RestoreEntry{ErrorKind::damaged_archive, "with another copy: ", true, false},
    RestoreEntry{ErrorKind::not_recorded, "with a copy of the recorded key: ", true, false},
    RestoreEntry{ErrorKind::not_installed, "install Ops Manager, then: ", false, false},
    RestoreEntry{ErrorKind::wrong_identity, "with the identity or passphrase of one of its recipients: ", false, true},
};

std::optional<std::string> advice_for_restore(ErrorKind kind, const Options& options) {
  const auto* entry = std::ranges::find(restore_entries, kind, &RestoreEntry::kind);
  if (options.command != Command::restore || entry == restore_entries.end()) return std::nullopt;
  return std::string(entry->text) + restore_line(options, entry->other_backup ? "BACKUP" : backup_again(options),
                                                 entry->other_identity ? " -i IDENTITY" : identities_again(options));
}

ErrorKind kind_of(Reason reason) {
  switch (reason) {
    case Reason::no_key: return ErrorKind::no_key;
    case Reason::lost_key: return ErrorKind::lost_key;
    case Reason::invalid_key: return ErrorKind::invalid_key;
    case Reason::unsafe_key: return ErrorKind::unreadable_key;
    case Reason::not_recorded: return ErrorKind::not_recorded;
    case Reason::unconfirmed:
    case Reason::outnumbered:
    case Reason::later_generation: return ErrorKind::peer_disagrees;
    case Reason::no_majority:
    case Reason::not_all_agree: return ErrorKind::peer_silent;
  }
  __builtin_unreachable();
}

}  // namespace

ExitCode exit_code_for(ErrorKind kind) { return entry_for(kind).code; }
ExitCode exit_code_for(Reason reason) { return exit_code_for(kind_of(reason)); }

ExitCode exit_code_for(PeerResult result) {
  switch (result) {
    case PeerResult::agree:
    case PeerResult::self: return exit_done;
    case PeerResult::disagree:
    case PeerResult::has_key: return exit_other_key;
    case PeerResult::no_key:
    case PeerResult::unreachable:
    case PeerResult::incompatible: return exit_no_answer;
    case PeerResult::untrusted:
    case PeerResult::clone: return exit_refused;
  }
  __builtin_unreachable();
}

ExitCode exit_code_for(platform::Severity severity) {
  switch (severity) {
    case platform::Severity::note: return exit_done;
    case platform::Severity::too_open: return exit_attention;
    case platform::Severity::broken: return exit_unsafe;
  }
  __builtin_unreachable();
}

std::string_view name_of(ErrorKind kind) { return entry_for(kind).name; }

ExitCode worst(std::initializer_list<ExitCode> codes) {
  constexpr std::array order = {exit_failed, exit_usage,  exit_would_overwrite, exit_other_key, exit_invalid_key,
                                exit_unsafe, exit_no_key, exit_refused,         exit_no_answer, exit_attention,
                                exit_done};
  return *std::ranges::find_first_of(order, codes);
}

ExitCode worst(ExitCode left, ExitCode right) { return worst({left, right}); }

std::string advice_for(ErrorKind kind, const Options& options) {
  if (is_of_the_input(kind, options)) return advice_for_the_input(options);
  if (auto advice = advice_for_restore(kind, options)) return *std::move(advice);
  const Entry& entry = entry_for(kind);
  std::string text(entry.text);
  const auto bar = entry.command.find('|');
  std::string first = spelled(entry.command.substr(0, bar), options);
  if (kind == ErrorKind::denied) first = platform::typed_as_administrator(first);
  replace(text, "{administrator}", std::string(platform::administrator()));
  replace(text, "{programs}", std::string(platform::repair_of_programs()));
  replace(text, "{}", first);
  replace(text, "{0}", first);
  if (bar != std::string_view::npos) replace(text, "{1}", spelled(entry.command.substr(bar + 1), options));
  return text;
}

std::string typed_again(const Options& options) { return spelled("@", options); }

std::string advice_for(Reason reason, const Options& options) { return advice_for(kind_of(reason), options); }

std::string_view describe(Reason reason) {
  switch (reason) {
    case Reason::no_key: return "there is no key on this host";
    case Reason::lost_key: return "this host's key is missing";
    case Reason::invalid_key: return "the key file is not a valid key";
    case Reason::unsafe_key: return "the service cannot read the key, or someone else can change it";
    case Reason::not_recorded: return "the key on this host is not the one recorded for it";
    case Reason::unconfirmed: return "nobody has confirmed this host's key, and a peer holds another one";
    case Reason::outnumbered: return "more established peers hold another key than hold this host's";
    case Reason::later_generation: return "a peer of this fleet holds a later generation of the key";
    case Reason::no_majority: return "policy majority: fewer than half of the fleet agree";
    case Reason::not_all_agree: return "policy strict: not every peer agrees";
  }
  __builtin_unreachable();
}

}  // namespace agent
