// SPDX-License-Identifier: ISC
#include "agent/config/command_options.h"

#include <charconv>
#include <utility>

#include <CLI/CLI.hpp>

#include "agent/base/duration.h"
#include "agent/base/nearest_word.h"
#include "agent/base/repeatable.h"
#include "agent/protocol/claim.h"
#include "platform/base/path.h"

namespace agent {

namespace {

// An empty value is an error and not the default: it mostly comes from a variable of a script that was never set.
const CLI::Validator not_empty([](std::string& text) { return text.empty() ? "is empty" : ""; }, "");

// CLI11 takes these exceptions for mistakes of the user and ends with 2.
Address address_or_throw(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) throw CLI::ValidationError(address.error().message);
  return *address;
}

std::string name_or_throw(const std::string& text) {
  if (!is_plain_name(text)) throw CLI::ValidationError("expected a plain host name");
  return text;
}

std::chrono::milliseconds duration_or_throw(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration) throw CLI::ValidationError(repeated(text) + " is not a duration; write 500ms, 30s, 5m, 1h or 7d");
  return *duration;
}

// Not CLI11's own check of a range, whose message repeats what was given.
template <class Number>
Number number_or_throw(const std::string& text, Number least, Number most) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && number >= least && number <= most) return number;
  throw CLI::ValidationError("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
}

template <class Enum>
Enum named_or_throw(const std::string& text, const char* what, const Names<Enum>& values) {
  const auto value = values.find(text);
  if (value) return *value;
  const auto meant = nearest_word(text, values.all());
  throw CLI::ValidationError(repeated(text) + " is not a " + what +
                             (meant ? did_you_mean(meant) : "; write " + values.as_text()));
}

DoctorGroup group_or_throw(const std::string& text) { return named_or_throw(text, "group of findings", doctor_groups); }

// The parser's own sentence: it knows which kind of recipient was meant and what is wrong with it.
keystore::age::Recipient recipient_or_throw(const std::string& text) {
  auto recipient = keystore::age::parse_recipient(text);
  if (!recipient) throw CLI::ValidationError(recipient.error().message);
  return *std::move(recipient);
}

// Says where a pin comes from. The text is not repeated: it may be anything that was pasted by mistake.
Pin pin_or_throw(const std::string& text) {
  const auto pin = Pin::parse(text);
  if (!pin) throw CLI::ValidationError("a pin has 64 hex digits, as 'genkey-agent identity' shows it on that host");
  return *pin;
}

// Adds options to one command. Options that several commands take have a function each, so that they cannot differ.
class Adder {
 public:
  Adder(CLI::App& app, ParsedWords& parsed) : app_(app), parsed_(parsed), options_(parsed.options) {}

  void common();

  void setup();
  void ensure();
  void generate();
  void import();
  void invite();
  void join();
  void restore();
  void verify();
  void fleet();
  void gate();
  void status();
  void audit();
  void doctor();
  void serve();
  void peers_add();
  void peers_remove();
  void identity();
  void hook_install();
  void service_run();
  void backup_create();
  void backup_drill();
  void backup_prune();
  void backup_new_identity();

 private:
  // Names the option in a sentence about its value, which is often not repeated.
  template <class Parse>
  static auto parsed(std::string_view names, const Parse& parse, const std::string& given) {
    try {
      return parse(given);
    } catch (const CLI::ValidationError& error) {
      throw CLI::ValidationError(std::string(names.substr(names.rfind(',') + 1)), error.what());
    }
  }

  using PathRule = std::optional<std::string>(const platform::Path& path);

  CLI::Option* flag(const char* names, bool& out, const char* help) { return app_.add_flag(names, out, help); }

  CLI::Option* text(const char* names, const char* type, std::string& out, const char* help) {
    return app_.add_option(names, out, help)->check(not_empty)->type_name(type);
  }

  CLI::Option* text(const char* names, const char* type, std::optional<std::string>& out, const char* help) {
    return read(
        names, type, [](const std::string& given) { return given; }, out, help);
  }

  /// One value, which `parse` makes of the text; it throws CLI::ValidationError for what cannot be meant.
  template <class Out, class Parse>
  CLI::Option* read(const char* names, const std::string& type, Parse parse, Out& out, const char* help) {
    return app_
        .add_option_function<std::string>(
            names, [&out, parse, names](const std::string& given) { out = parsed(names, parse, given); }, help)
        ->check(not_empty)
        ->type_name(type);
  }

  /// Repeatable, one value each time: an option that took several values would swallow the operand behind it.
  template <class Value, class Parse>
  CLI::Option* several(const char* names, const char* type, Parse parse, std::vector<Value>& out, const char* help) {
    return app_
        .add_option_function<std::vector<std::string>>(
            names,
            [&out, parse, names](const std::vector<std::string>& given) {
              for (const std::string& one : given) out.push_back(parsed(names, parse, one));
            },
            help)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(not_empty)
        ->type_name(type);
  }

  /// Not CLI11's own transformer, whose message for a wrong value shows its inner map.
  template <class Enum, class Out>
  CLI::Option* choice(const char* names, const char* what, const Names<Enum>& values, Out& out, const char* help) {
    const auto parse = [&values, what](const std::string& given) { return named_or_throw(given, what, values); };
    return read(names, values.as_choice(), parse, out, help);
  }

  /// Refuses a path that no file can have, and keeps it for the advice.
  CLI::Validator plain(PathRule& problem_of = platform::problem_of_path) {
    return {[&bad_path = parsed_.bad_path, &problem_of](std::string& text) {
              const auto problem = problem_of(text);
              if (problem) bad_path = text;
              return problem.value_or("");
            },
            ""};
  }

  CLI::Option* path(const char* names, const char* type, std::optional<platform::Path>& out, const char* help,
                    PathRule& problem_of = platform::problem_of_path) {
    return read(
               names, type, [](const std::string& given) { return platform::Path(given); }, out, help)
        ->check(plain(problem_of));
  }

  template <class Number, class Out>
  CLI::Option* number(const char* names, Number least, Number most, Out& out, const char* help) {
    return read(
        names, "N", [least, most](const std::string& given) { return number_or_throw(given, least, most); }, out, help);
  }

  CLI::Option* addresses(const char* names, std::vector<Address>& out, const char* help) {
    return several(names, "HOST:PORT", address_or_throw, out, help);
  }

  CLI::Option* wait_of_rounds() {
    return wait("wait this long for each of the two rounds of peers (default: 5s, and longer with many peers)");
  }

  CLI::Option* wait(const char* help) { return read("--wait", "DURATION", duration_or_throw, options_.wait, help); }

  // Only together with the flag, because alone it would do nothing.
  CLI::Option* confirm(CLI::Option* flag, const char* help) {
    return text("--confirm", "FLEET", options_.confirm, help)->needs(flag);
  }

  CLI::Option* displace() {
    CLI::Option* displaces =
        flag("--displace", options_.displace, "put a different key on this host aside; needs --confirm");
    confirm(displaces, "name the fleet of the key that is put aside, as status shows it");
    return displaces;
  }

  // A passphrase is never an argument or a variable: other processes can read both while the command
  // runs.
  void passphrase() {
    flag("--passphrase", options_.passphrase, "ask for a passphrase on the terminal");
    number("--passphrase-fd", 0, 1023, options_.passphrase_fd,
           "read the passphrase from this open descriptor, as one line");
  }

  void identities() {
    several(
        "-i,--identity", file_type, [](const std::string& given) { return given; }, options_.identities,
        "open the copy with this age identity, ssh-ed25519 key or PEM private key; - is standard input; repeatable")
        ->check(plain());
    passphrase();
  }

  // Public keys, so they may be on the command line.
  void recipients() {
    several("-r,--recipient", "RECIPIENT", recipient_or_throw, options_.recipients,
            "encrypt to this age1..., age1yubikey1... or ssh-ed25519 key, and not to the configured ones; repeatable");
    path("-R,--recipients-file", file_type, options_.recipients_file,
         "encrypt to the public keys in this file, one on each line");
    several(
        "--certificate", file_type, [](const std::string& given) { return platform::Path(given); },
        options_.certificates, "encrypt to the certificates in this PEM file, as CMS; repeatable")
        ->check(plain());
    passphrase();
  }

  CLI::App& app_;
  ParsedWords& parsed_;
  Options& options_;
};

void Adder::common() {
  // Only options that say which installation is meant have a variable: services set them once for all commands.
  path("--config", file_type, options_.config, "read this configuration file")->envname("GENKEY_AGENT_CONFIG");
  path("--install-path", directory_type, options_.install_path,
       "use the Ops Manager in this directory (from an archive, or on Windows)")
      ->envname("GENKEY_AGENT_INSTALL_PATH");
  path("--key-file", file_type, options_.key_file, "use this key file instead of the installation's")
      ->envname("GENKEY_AGENT_KEY_FILE");
  path("--state-dir", directory_type, options_.state_dir, "keep this program's record, identity and known peers here",
       platform::problem_of_own_directory)
      ->envname("GENKEY_AGENT_STATE_DIR");
  path("--root", directory_type, options_.root, "put this directory in front of the paths of Ops Manager's package")
      ->envname("GENKEY_AGENT_ROOT");
  text("--owner", "USER[:GROUP]", options_.owner, "give the key file this owner")->envname("GENKEY_AGENT_OWNER");
  flag("--json", options_.json, "print one JSON object on standard output");
  flag("-q,--quiet", options_.quiet, "print results and refusals only");
  flag("-v,--verbose", options_.verbose, "print more on standard error");
  flag("-n,--dry-run", options_.dry_run, "print what would change, and change nothing");
  // CLI11 made --help and --version itself; they keep their own heading.
  for (CLI::Option* option : app_.get_options()) {
    if (option->get_lnames() != std::vector<std::string>{"help"} &&
        option->get_lnames() != std::vector<std::string>{"version"})
      option->group(common_heading);
  }
}

void Adder::setup() {
  read("--name", "NAME", name_or_throw, options_.name, "show this name to peers (default: the host name)");
  read("--address", "HOST:PORT", address_or_throw, options_.own_address,
       "tell peers to reach this host here (default: the qualified host name and port 27424)");
  addresses("--peer", options_.peers,
            "name a host of the fleet; repeat it for every host, and give the same list on every host");
}

void Adder::ensure() {
  wait("wait this long for a peer that can give the key back (default: 5s)");
  flag("--keep", options_.keep, "record the present key as established, because you know that it is right");
}

void Adder::generate() {
  CLI::Option* replaces = flag("--replace", options_.replace,
                               "create the next generation of the key, and put the present key aside; needs --confirm");
  confirm(replaces, "name the fleet whose key is replaced, as status shows it");
}

void Adder::import() {
  // A text and not a path, because "-" must not become a file in the current directory.
  text("FILE", "", options_.input, "read the key from this file; - is standard input")->check(plain());
  choice("--format", "format", key_formats, options_.format, "read the key in this format (default: raw)");
  flag("--allow-weak", options_.allow_weak, "accept a weak key, if databases are encrypted with it already");
  displace();
}

void Adder::invite() {
  CLI::Option* ttl =
      read("--ttl", "DURATION", duration_or_throw, options_.ttl, "let the ticket expire after this time (default: 1h)");
  // By default one host and one hour, so that a ticket that somebody finds later is worthless.
  CLI::Option* uses = number<std::uint32_t>("--uses", 1, limits::ticket_uses, options_.uses,
                                            "let this many hosts use the ticket (default: 1)");
  CLI::Option* address =
      addresses("--address", options_.addresses, "tell new hosts to reach this host here; repeatable");
  CLI::Option* output =
      path("--output", file_type, options_.output, "write the ticket to this new file, with mode 0600");
  CLI::Option* list = flag("--list", options_.list, "show the tickets of this host and who used them, and create none");
  // A text and not an id: the refusal of a wrong id names the command that lists the right ones.
  CLI::Option* revoke =
      text("--revoke", "ID|all", options_.revoke, "make this ticket, or every ticket, worthless at once");
  list->excludes(revoke);
  // What describes a new ticket would be ignored where none is made.
  for (CLI::Option* one : {ttl, uses, address, output}) one->excludes(list)->excludes(revoke);
}

// A ticket comes from a file or from standard input. As an argument it could be read in the list of processes.
void Adder::join() {
  text("--ticket-file", file_type, options_.ticket_file, "read the ticket from this file; - is standard input")
      ->check(plain());
  displace();
}

void Adder::restore() {
  text("BACKUP", file_type, options_.backup,
       "open this copy: a file, - for standard input, a directory, s3://..., or a name that 'backup list' shows "
       "(default: "
       "the newest copy at the configured destinations)");
  identities();
  CLI::Option* output =
      path("-o,--output", file_type, options_.output,
           "install nothing, and write the key unencrypted to this new file, with mode 0600; - is standard output");
  // --output installs nothing, so there is nothing to displace.
  CLI::Option* displaces = displace()->excludes(output);
  CLI::Option* state =
      flag("--host-state", options_.host_state,
           "take Ops Manager's settings and the record instead of the key, and show what would change");
  state->excludes(output)->excludes(displaces);
  // Two steps, because what is shown replaces settings of Ops Manager that somebody may have changed since the backup.
  flag("--write", options_.write, "write what --host-state shows")->needs(state);
}

void Adder::verify() {
  addresses("--peer", options_.peers, "ask only this peer; repeatable");
  wait("wait this long for all answers together (default: 5s, and longer with many peers)");
}

void Adder::fleet() {
  const auto parse = [](const std::string& given) {
    const FleetFormat format = named_or_throw(given, "format", fleet_formats);
    return format == FleetFormat::json ? DoctorFormat::json : DoctorFormat::text;
  };
  read("--format", fleet_formats.as_choice(), parse, options_.doctor_format,
       "print the table in this format (default: text)");
  wait_of_rounds();
}

void Adder::gate() {
  choice("--policy", "policy", policy_names, options_.policy, "go by this policy, and not by the configured one");
  wait("wait this long for peers that do not answer (default: the configured time, or 30s)");
  // The reason is logged, so that others can see later why a start was allowed.
  CLI::Option* reason = text("--reason", "TEXT", options_.reason, "log this reason; --allow-next-start needs it");
  flag("--allow-next-start", options_.allow_next_start, "let the next start pass, whatever the gate finds")
      ->needs(reason);
}

void Adder::status() {
  choice("--format", "format", status_formats, options_.status_format,
         "print the status in this format (default: text)");
}

void Adder::audit() { flag("--fix", options_.fix, "fix owner and mode of the key file"); }

void Adder::doctor() {
  CLI::Option* only = several("--only", "GROUP[,GROUP]", group_or_throw, options_.groups,
                              "check only these groups of findings; repeatable")
                          ->delimiter(',');
  CLI::Option* offline = flag("--offline", options_.offline, "use only files and processes of this host");
  CLI::Option* url = text("--url", "URL", options_.url, "the URL to Access Ops Manager (default: as configured)");
  CLI::Option* no_count = flag("--no-count", options_.no_count, "send no requests that are counted in access logs");
  for (CLI::Option* one : {url, no_count}) one->excludes(offline);
  CLI::Option* all = flag("--all", options_.all, "print what is as it should be, too");
  CLI::Option* format = choice("--format", "format", doctor_formats, options_.doctor_format,
                               "print the report in this format (default: text)");
  CLI::Option* output = path("-o,--output", file_type, options_.output,
                             "write the report to this file, with mode 0600, and replace the file if it is there");
  CLI::Option* wait = wait_of_rounds();
  CLI::Option* list = flag("--list", options_.list, "show every finding, and check nothing");
  CLI::Option* explain = text("--explain", "ID", options_.explain,
                              "show what this finding means, how it is checked and what fixes it, and check nothing");
  CLI::Option* collect = flag("--collect", options_.collect,
                              "write the facts of this host to facts.json for the listener, and check nothing");
  list->excludes(explain);
  collect->excludes(list)->excludes(explain);
  for (CLI::Option* one : {only, offline, url, no_count, all, format, output, wait})
    one->excludes(list)->excludes(explain)->excludes(collect);
}

void Adder::serve() {
  addresses("--listen", options_.listen,
            "listen on this numeric address and port, and not on the configured ones; repeatable");
}

void Adder::peers_add() {
  // Without a pin the address is only asked, and its host becomes known when it proves the key.
  read("ADDRESS", "", address_or_throw, options_.peer_address, "ask this peer from now on: HOST or HOST:PORT")
      ->required();
  read("--pin", "PIN", pin_or_throw, options_.pin,
       "accept only this pin at that address; 'genkey-agent identity' shows it on that host");
}

// Any of the three, as people know a host by one or the other.
void Adder::peers_remove() {
  text("PEER", "", options_.peer, "remove the peer with this name, address or pin")->required();
}

void Adder::identity() { flag("--renew", options_.renew, "create a new identity, which a copied machine needs"); }

void Adder::hook_install() {
  flag("--require", options_.required, "refuse to start Ops Manager if genkey-agent itself is gone, too");
}

void Adder::service_run() { flag("--gate", options_.gate_service, "run the gate, and not the listener"); }

void Adder::backup_create() {
  recipients();
  // A new file only: overwriting could destroy the last copy of a key.
  CLI::Option* output = path(
      "-o,--output", file_type, options_.output,
      "write one copy of the key to this new file, with mode 0600, and none to the destinations; - is standard output");
  flag("-a,--armor", options_.armor, "write the copy as text");
  // For the daily unit on hosts without backups. systemd 239 has no ExecCondition that could do this in the unit.
  flag("--if-configured", options_.if_configured, "do nothing and end with 0 if no destination is configured")
      ->excludes(output);
}

void Adder::backup_drill() {
  identities();
  text("BACKUP", file_type, options_.backup,
       "test this copy: a file, or a name that 'backup list' shows (default: the newest copy at each destination)");
}

void Adder::backup_prune() {
  number<std::size_t>("--keep", 1, limits::most_kept_backups, options_.kept_copies,
                      "keep this many copies of each key at each destination (default: the configured number, or 3)");
}

void Adder::backup_new_identity() {
  path("-o,--output", file_type, options_.output,
       "write the identity to this new file, with mode 0600, and not to standard output");
}

}  // namespace

void add_common_options(CLI::App& app, ParsedWords& parsed) { Adder(app, parsed).common(); }

void add_options_of(Command command, CLI::App& app, ParsedWords& parsed) {
  Adder adder(app, parsed);
  switch (command) {
    case Command::setup: return adder.setup();
    case Command::ensure: return adder.ensure();
    case Command::generate: return adder.generate();
    case Command::import: return adder.import();
    case Command::invite: return adder.invite();
    case Command::join: return adder.join();
    case Command::restore: return adder.restore();
    case Command::verify: return adder.verify();
    case Command::fleet: return adder.fleet();
    case Command::gate: return adder.gate();
    case Command::status: return adder.status();
    case Command::audit: return adder.audit();
    case Command::doctor: return adder.doctor();
    case Command::serve: return adder.serve();
    case Command::peers_add: return adder.peers_add();
    case Command::peers_remove: return adder.peers_remove();
    case Command::identity: return adder.identity();
    case Command::hook_install: return adder.hook_install();
    case Command::service_run: return adder.service_run();
    case Command::backup_create: return adder.backup_create();
    case Command::backup_drill: return adder.backup_drill();
    case Command::backup_prune: return adder.backup_prune();
    case Command::backup_new_identity: return adder.backup_new_identity();
    // Only the common options. There is no default, so that the compiler asks about each new command.
    case Command::peers_list:
    case Command::config_check:
    case Command::config_show:
    case Command::hook_remove:
    case Command::hook_run:
    case Command::service_install:
    case Command::service_remove:
    case Command::service_start:
    case Command::service_stop:
    case Command::backup_list:
    case Command::backup_check: return;
  }
  __builtin_unreachable();
}

}  // namespace agent
