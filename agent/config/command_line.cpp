#include "agent/config/command_line.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>

#include <CLI/CLI.hpp>

#include "platform/base/path.h"
#include "platform/host/typed_command.h"
#include "platform/services/service_manager.h"

namespace agent {

namespace {

template <class Value>
using Names = std::map<std::string, Value>;

const Names<keystore::KeyFormat> key_formats = {
    {"raw", keystore::KeyFormat::raw}, {"hex", keystore::KeyFormat::hex}, {"base64", keystore::KeyFormat::base64}};
const Names<StatusFormat> status_formats = {{"text", StatusFormat::text},
                                            {"json", StatusFormat::json},
                                            {"prometheus", StatusFormat::prometheus},
                                            {"nagios", StatusFormat::nagios}};

// An option that is given must say something: an empty one is an error, not the default.
const CLI::Validator not_empty([](std::string& text) { return text.empty() ? "is empty" : ""; }, "");

Address address_or_throw(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) throw CLI::ValidationError(address.error().message);
  return *address;
}

std::chrono::milliseconds duration_or_throw(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration) throw CLI::ValidationError("\"" + text + "\" is no duration; write 500ms, 30s, 5m, 1h or 7d");
  return *duration;
}

keystore::age::Recipient recipient_or_throw(const std::string& text) {
  auto recipient = keystore::age::parse_recipient(text);
  if (!recipient) throw CLI::ValidationError(recipient.error().message);
  return *std::move(recipient);
}

// One parser per run: it writes into `options` while CLI11 parses.
class CommandLine {
 public:
  CommandLine(int argc, const char* const* argv)
      : app_("Keeps Ops Manager's gen.key identical on every host.", "genkey-agent"), words_(argv, argv + argc) {
    app_.set_version_flag("--version", "genkey-agent " GENKEY_AGENT_VERSION);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.allow_windows_style_options(false);  // "/x" is a path everywhere
    app_.formatter(std::make_shared<CLI::Formatter>());
    app_.footer("Exit codes, files and examples: man genkey-agent");
    add_common();
    add_commands();
  }

  Parsed parse() {
    try {
      app_.parse(static_cast<int>(words_.size()), words_.data());
    } catch (const CLI::Success& success) {
      return {std::nullopt, app_.exit(success, std::cout, std::cerr)};
    } catch (const CLI::Error& error) {
      return bad_path_ ? refuse_path(error.what()) : refuse(error.what());
    }
    if (options_.passphrase && options_.passphrase_fd)
      return refuse("--passphrase and --passphrase-fd exclude each other");
    // There it says what this start would read, and does not override what the installation says.
    if (options_.command == Command::hook_run) options_.started_with = std::exchange(options_.key_file, std::nullopt);
    return {options_, 0};
  }

 private:
  static Parsed refuse(const char* why) {
    std::cerr << "genkey-agent: " << why
              << "\nRun 'genkey-agent --help' for the commands, or 'genkey-agent COMMAND --help'.\n";
    return {std::nullopt, 2};
  }
  Parsed refuse_path(const std::string& why) const {
    std::cerr << "genkey-agent: " << why << "\ngenkey-agent: mend it: give a plain path: " << line_without_bad_path(why)
              << '\n';
    return {std::nullopt, 2};
  }
  // What was typed, with a placeholder for the path. One that a variable has is not in the line: the option goes
  // before.
  [[nodiscard]] std::string line_without_bad_path(const std::string& why) const {
    constexpr const char* placeholder = "PATH";
    std::string line = "genkey-agent";
    bool found = false;
    for (const char* const typed : std::span(words_).subspan(1)) {
      std::string word = typed;
      const bool bad = word == *bad_path_ || word.ends_with("=" + *bad_path_);
      if (bad) word.replace(word.size() - bad_path_->size(), bad_path_->size(), placeholder);
      line += " " + platform::typed_word(word);
      found = found || bad;
    }
    return found ? line : line + " " + why.substr(0, why.find(':')) + " " + placeholder;
  }
  using Judge = std::optional<std::string>(const platform::Path& path);
  CLI::Validator plain(Judge& judge = platform::problem_of_path) {
    return {[this, &judge](std::string& text) {
              const auto problem = judge(text);
              if (problem) bad_path_ = text;
              return problem.value_or("");
            },
            ""};
  }
  void path(CLI::App& app, const char* names, const char* variable, std::optional<platform::Path>& out,
            const char* help, Judge& judge = platform::problem_of_path) {
    app.add_option_function<std::string>(
           names, [&out](const std::string& text) { out = platform::Path(text); }, help)
        ->envname(variable)
        ->check(not_empty)
        ->check(plain(judge));
  }
  CLI::Option* text(CLI::App& app, const char* names, std::optional<std::string>& out, const char* help) {
    return app
        .add_option_function<std::string>(
            names, [&out](const std::string& given) { out = given; }, help)
        ->check(not_empty);
  }
  void addresses(CLI::App& app, const char* names, std::vector<Address>& out, const char* help) {
    app.add_option_function<std::vector<std::string>>(
           names,
           [&out](const std::vector<std::string>& given) {
             for (const std::string& one : given) out.push_back(address_or_throw(one));
           },
           help)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->type_name("HOST:PORT");
  }
  void wait(CLI::App& app, const char* help) {
    app.add_option_function<std::string>(
           "--wait", [this](const std::string& given) { options_.wait = duration_or_throw(given); }, help)
        ->type_name("DURATION");
  }
  template <class Value>
  void format(CLI::App& app, const Names<Value>& names, Value& out, const char* help) {
    app.add_option_function<std::string>(
           "--format",
           [&names, &out, help](const std::string& given) {
             const auto found = names.find(given);
             if (found == names.end()) throw CLI::ValidationError("\"" + given + "\" is no format; there are " + help);
             out = found->second;
           },
           help)
        ->type_name("FORMAT");
  }
  void displace(CLI::App& app) {
    auto* flag =
        app.add_flag("--displace", options_.displace, "put a different key on this host aside; needs --confirm");
    app.add_option("--confirm", options_.confirm, "the fleet of the key that is put aside, as status shows it")
        ->needs(flag)
        ->check(not_empty)
        ->type_name("FLEET");
  }
  CLI::App& command(const char* name, Command which, const char* help) {
    CLI::App* app = app_.add_subcommand(name, help);
    app->callback([this, which] { options_.command = which; });
    return *app;
  }

  // The commands that the line names, since to describe all of them takes longer than most commands do. All of them
  // when it names none, or asks for help.
  void add_commands() {
    static constexpr std::array commands = {
        std::pair("ensure", &CommandLine::add_ensure),   std::pair("generate", &CommandLine::add_generate),
        std::pair("import", &CommandLine::add_import),   std::pair("invite", &CommandLine::add_invite),
        std::pair("join", &CommandLine::add_join),       std::pair("verify", &CommandLine::add_verify),
        std::pair("gate", &CommandLine::add_gate),       std::pair("status", &CommandLine::add_status),
        std::pair("audit", &CommandLine::add_audit),     std::pair("serve", &CommandLine::add_serve),
        std::pair("peers", &CommandLine::add_peers),     std::pair("identity", &CommandLine::add_identity),
        std::pair("hook", &CommandLine::add_hook),       std::pair("backup", &CommandLine::add_backup),
        std::pair("restore", &CommandLine::add_restore), std::pair("service", &CommandLine::add_service),
    };
    const bool help = mentions("--help") || mentions("-h");
    const bool any = std::ranges::any_of(commands, [this](const auto& one) { return mentions(one.first); });
    for (const auto& [name, add] : commands) {
      if (help || !any || mentions(name)) (this->*add)();
    }
  }
  [[nodiscard]] bool mentions(std::string_view word) const { return std::ranges::find(words_, word) != words_.end(); }

  void add_common() {
    path(app_, "--config", "GENKEY_AGENT_CONFIG", options_.config, "configuration file");
    path(app_, "--install-path", "GENKEY_AGENT_INSTALL_PATH", options_.install_path,
         "where Ops Manager was unpacked (tar), or installed (Windows)");
    path(app_, "--key-file", "GENKEY_AGENT_KEY_FILE", options_.key_file, "the key file, instead of the installation's");
    path(app_, "--state-dir", "GENKEY_AGENT_STATE_DIR", options_.state_dir,
         "where the agent keeps its record and roster", platform::problem_of_own_directory);
    path(app_, "--root", "GENKEY_AGENT_ROOT", options_.root, "prefix of the installation's fixed paths");
    app_.add_option_function<std::string>(
            "--owner", [this](const std::string& given) { options_.owner = given; },
            "USER[:GROUP] that the key file belongs to")
        ->envname("GENKEY_AGENT_OWNER")
        ->check(not_empty);
    app_.add_flag("--json", options_.json, "one JSON object on standard output");
    app_.add_flag("-q,--quiet", options_.quiet, "results and refusals only");
    app_.add_flag("-v,--verbose", options_.verbose, "say more on standard error");
    app_.add_flag("-n,--dry-run", options_.dry_run, "say what would change, change nothing");
  }

  void add_ensure() {
    CLI::App& app =
        command("ensure", Command::ensure, "bring this host to what its configuration asks for; never asks");
    wait(app, "how long to wait for peers that do not answer");
    app.add_flag("--keep", options_.keep, "the present key file is right: record it as established");
  }
  void add_generate() {
    CLI::App& app = command("generate", Command::generate, "make the fleet's key on its first host");
    auto* flag = app.add_flag("--replace", options_.replace,
                              "make the next generation of the key, and put this one aside; needs --confirm");
    app.add_option("--confirm", options_.confirm, "the fleet whose key is replaced, as status shows it")
        ->needs(flag)
        ->check(not_empty)
        ->type_name("FLEET");
  }

  void add_import() {
    CLI::App& app = command("import", Command::import, "install an existing key from a file or standard input");
    app.add_option("FILE", options_.input, "key file, or - for standard input")->check(not_empty)->check(plain());
    format(app, key_formats, options_.format, "raw, hex or base64");
    app.add_flag("--allow-weak", options_.allow_weak, "take a key that nobody should use for a new fleet");
    displace(app);
  }
  void add_invite() {
    CLI::App& app = command("invite", Command::invite, "print a one-time ticket for a new host");
    app.add_option_function<std::string>(
           "--ttl", [this](const std::string& given) { options_.ttl = duration_or_throw(given); },
           "how long the ticket is good, by this host's clock (1h)")
        ->type_name("DURATION");
    app.add_option("--uses", options_.uses, "how many hosts may use it")->check(CLI::Range(1U, limits::ticket_uses));
    addresses(app, "--address", options_.addresses, "where new hosts reach this one; repeatable");
    path(app, "--output", "", options_.output, "write the ticket to this new file, 0600, instead of standard output");
  }
  void add_join() {
    CLI::App& app = command("join", Command::join, "receive the key with a ticket; asks for it without --ticket-file");
    text(app, "--ticket-file", options_.ticket_file, "file with the ticket, or - for standard input")->check(plain());
    displace(app);
  }
  void add_verify() {
    CLI::App& app = command("verify", Command::verify, "ask every peer whether it holds the same key");
    addresses(app, "--peer", options_.peers, "ask this peer, and not those of configuration and roster; repeatable");
    wait(app, "how long each peer may take (5s)");
  }
  void add_gate() {
    CLI::App& app = command("gate", Command::gate, "may Ops Manager start? 0 if so");
    app.add_option_function<std::string>(
           "--policy",
           [this](const std::string& given) {
             options_.policy = policy_named(given);
             if (!options_.policy)
               throw CLI::ValidationError("\"" + given +
                                          "\" is no policy; there are off, warn, local, default, majority and strict");
           },
           "off, warn, local, default, majority or strict")
        ->type_name("POLICY");
    wait(app, "how long to wait for peers that do not answer (30s)");
    auto* reason = app.add_option("--reason", options_.reason, "why; it is logged")->check(not_empty);
    app.add_flag("--allow-next-start", options_.allow_next_start, "let Ops Manager start once, whatever is wrong")
        ->needs(reason);
  }
  void add_status() {
    CLI::App& app = command("status", Command::status, "everything known, from this host alone");
    format(app, status_formats, options_.status_format, "text, json, prometheus or nagios");
  }
  void add_audit() {
    CLI::App& app = command("audit", Command::audit, "judge the key file, its directories and the agent's own files");
    app.add_flag("--fix", options_.fix, "mend owner and mode of the key file");
  }
  void add_serve() {
    CLI::App& app = command("serve", Command::serve, "answer peers");
    addresses(app, "--listen", options_.listen, "numeric address and port, instead of the configuration's; repeatable");
  }
  void add_peers() {
    CLI::App* peers = app_.add_subcommand("peers", "the peers this host knows");
    peers->require_subcommand(1);
    peers->add_subcommand("list", "show them")->callback([this] { options_.command = Command::peers_list; });
    CLI::App* add = peers->add_subcommand("add", "know a peer, by its pin if given");
    add->callback([this] { options_.command = Command::peers_add; });
    add->add_option_function<std::string>(
           "ADDRESS", [this](const std::string& given) { options_.peer_address = address_or_throw(given); },
           "HOST or HOST:PORT")
        ->required();
    add->add_option_function<std::string>(
        "--pin",
        [this](const std::string& given) {
          options_.pin = Pin::parse(given);
          if (!options_.pin)
            throw CLI::ValidationError("a pin has 64 hex digits, as 'genkey-agent identity' shows it on that host");
        },
        "the pin that it shows; 'genkey-agent identity' prints it there");
    CLI::App* remove = peers->add_subcommand("remove", "forget a peer for good: it gets nothing from this host again");
    remove->callback([this] { options_.command = Command::peers_remove; });
    remove->add_option("PEER", options_.peer, "name, address or pin")->required()->check(not_empty);
  }
  void add_identity() {
    CLI::App& app = command("identity", Command::identity, "show this host's name, address and pin");
    app.add_flag("--renew", options_.renew, "make a new identity, as a copied machine must");
  }
  void add_hook() {
    CLI::App* hook = app_.add_subcommand("hook", "the line in mms.conf that asks before each start of Ops Manager");
    hook->require_subcommand(1);
    CLI::App* install = hook->add_subcommand("install", "add it, so that every way to start Ops Manager asks");
    install->callback([this] { options_.command = Command::hook_install; });
    install->add_flag("--require", options_.required, "refuse to start, too, where genkey-agent is gone");
    CLI::App* remove = hook->add_subcommand("remove", "take it away again");
    remove->callback([this] { options_.command = Command::hook_remove; });
    CLI::App* run = hook->add_subcommand("run", "what the line calls; --key-file is what this start would read");
    run->callback([this] { options_.command = Command::hook_run; });
  }

  void add_service() {
    if (!platform::installs_services()) return;
    CLI::App* service =
        app_.add_subcommand("service", "the services of this program, and what Ops Manager's depend on");
    service->require_subcommand(1);
    const auto inner = [&](const char* name, Command which, const char* help) -> CLI::App& {
      CLI::App* app = service->add_subcommand(name, help);
      app->callback([this, which] { options_.command = which; });
      return *app;
    };
    inner("install", Command::service_install, "install both, and have Ops Manager's services ask before each start");
    inner("remove", Command::service_remove, "remove both; key, record and identity stay");
    inner("start", Command::service_start, "start the listener");
    inner("stop", Command::service_stop, "stop the listener");
    inner("run", Command::service_run, "what the service control manager starts")
        .add_flag("--gate", options_.gate_service, "the gate, and not the listener");
  }

  void passphrase(CLI::App& app) {
    app.add_flag("--passphrase", options_.passphrase, "ask for a passphrase on the terminal");
    app.add_option_function<int>(
           "--passphrase-fd", [this](int number) { options_.passphrase_fd = number; },
           "read the passphrase, one line, from this open descriptor")
        ->check(CLI::Range(0, 1023))
        ->type_name("N");
  }
  template <class Value, class Parse>
  CLI::Option* several(CLI::App& app, const char* names, const char* type, std::vector<Value>& out, Parse read,
                       const char* help) {
    return app
        .add_option_function<std::vector<std::string>>(
            names,
            [&out, read](const std::vector<std::string>& given) {
              for (const std::string& one : given) out.push_back(read(one));
            },
            help)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(not_empty)
        ->type_name(type);
  }
  void identities(CLI::App& app) {
    several(
        app, "-i,--identity", "FILE", options_.identities, [](const std::string& given) { return given; },
        "age's identity file, an ssh-ed25519 or a PEM private key; - is standard input; repeatable")
        ->check(plain());
    passphrase(app);
  }
  void recipients(CLI::App& app) {
    several(app, "-r,--recipient", "RECIPIENT", options_.recipients, recipient_or_throw,
            "encrypt to age1..., age1yubikey1... or an ssh-ed25519 key, and not to the configured ones; repeatable");
    path(app, "-R,--recipients-file", "", options_.recipients_file, "file with one recipient a line");
    several(
        app, "--certificate", "FILE", options_.certificates,
        [](const std::string& given) { return platform::Path(given); },
        "encrypt to the certificates in this PEM file, as CMS; repeatable")
        ->check(plain());
    passphrase(app);
  }
  void create(CLI::App& app) {
    recipients(app);
    path(app, "-o,--output", "", options_.output,
         "write to this new file, 0600, or - for standard output, instead of the configured destinations");
    app.add_flag("-a,--armor", options_.armor, "write text");
    app.add_flag("--if-configured", options_.if_configured, "do nothing, well, where no destination is configured")
        ->excludes("--output");
  }
  void add_backup() {
    CLI::App* backup = app_.add_subcommand("backup", "encrypted copies of the key; alone it is 'backup create'");
    create(*backup);
    const std::vector<CLI::Option*> own = backup->get_options();
    backup->callback([this, backup, own] {
      if (backup->get_subcommands().empty()) options_.command = Command::backup_create;
      // They would be ignored.
      const bool create = options_.command == Command::backup_create;
      for (const CLI::Option* option : own) {
        if (!create && option->count() > 0)
          throw CLI::ValidationError(option->get_name() + " is no option of " + std::string(name_of(options_.command)));
      }
    });
    const auto inner = [&](const char* name, Command which, const char* help) -> CLI::App& {
      CLI::App* app = backup->add_subcommand(name, help);
      app->callback([this, which] { options_.command = which; });
      return *app;
    };
    create(inner("create", Command::backup_create, "write one to each configured destination, or to --output"));
    inner("list", Command::backup_list, "show the copies at each destination");
    inner("check", Command::backup_check, "are the copies of this host whole? needs no identity");
    CLI::App& drill = inner("drill", Command::backup_drill, "open copies, and compare with this host's record");
    identities(drill);
    text(drill, "BACKUP", options_.backup,
         "a file, or a name that list shows; by default the newest at each destination");
    CLI::App& prune = inner("prune", Command::backup_prune, "remove this host's older copies");
    prune
        .add_option_function<std::size_t>(
            "--keep", [this](std::size_t count) { options_.kept_copies = count; },
            "how many copies of each key stay at each destination (3)")
        ->check(CLI::Range(std::size_t{1}, limits::most_kept_backups));
    CLI::App& fresh = inner("new-identity", Command::backup_new_identity, "make an identity that opens backups");
    path(fresh, "-o,--output", "", options_.output, "write it to this new file, 0600, instead of standard output");
  }

  void add_restore() {
    CLI::App& app = command("restore", Command::restore, "install the key from an encrypted backup");
    text(app, "BACKUP", options_.backup,
         "a file, - for standard input, a directory, s3://..., or a name that 'backup list' shows; by default the "
         "newest "
         "copy at the configured destinations");
    identities(app);
    CLI::Option* output = app.add_option_function<std::string>(
        "-o,--output", [this](const std::string& given) { options_.output = platform::Path(given); },
        "write the key, in the clear, to this new file, 0600, or - for standard output, and install nothing");
    output->check(not_empty)->check(plain())->type_name("FILE");
    displace(app);
    app.get_option("--displace")->excludes(output);
    auto* state = app.add_flag("--host-state", options_.host_state,
                               "instead of the key, Ops Manager's settings and the record: show what would change");
    state->excludes(output)->excludes("--displace");
    app.add_flag("--write", options_.write, "write what --host-state shows")->needs(state);
  }

  CLI::App app_;
  std::vector<const char*> words_;
  Options options_;
  std::optional<std::string> bad_path_;  // as it was given
};

}  // namespace

std::string_view name_of(Command command) {
  switch (command) {
    case Command::ensure: return "ensure";
    case Command::generate: return "generate";
    case Command::import: return "import";
    case Command::invite: return "invite";
    case Command::join: return "join";
    case Command::restore: return "restore";
    case Command::verify: return "verify";
    case Command::gate: return "gate";
    case Command::status: return "status";
    case Command::audit: return "audit";
    case Command::serve: return "serve";
    case Command::peers_list: return "peers list";
    case Command::peers_add: return "peers add";
    case Command::peers_remove: return "peers remove";
    case Command::identity: return "identity";
    case Command::hook_install: return "hook install";
    case Command::hook_remove: return "hook remove";
    case Command::hook_run: return "hook run";
    case Command::service_install: return "service install";
    case Command::service_remove: return "service remove";
    case Command::service_start: return "service start";
    case Command::service_stop: return "service stop";
    case Command::service_run: return "service run";
    case Command::backup_create: return "backup";
    case Command::backup_list: return "backup list";
    case Command::backup_check: return "backup check";
    case Command::backup_drill: return "backup drill";
    case Command::backup_prune: return "backup prune";
    case Command::backup_new_identity: return "backup new-identity";
  }
  __builtin_unreachable();
}

Parsed parse_command_line(int argc, const char* const* argv) { return CommandLine(argc, argv).parse(); }

}  // namespace agent
