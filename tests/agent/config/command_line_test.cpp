// SPDX-License-Identifier: ISC
// The command line: every option says what it means, and an unknown or empty one is an error, never ignored.
#include "agent/config/command_line.h"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>
#include <stdexcept>

#include <doctest/doctest.h>

#include "platform/services/service_manager.h"
#include "tests/agent/samples.h"
#include "tests/support/environment.h"
#include "tests/support/this_system.h"

using agent::Address;
using agent::Command;
using agent::Options;

namespace {

struct Outcome {
  agent::Parsed parsed;
  std::string out;
  std::string err;  // what the program would say
};

Outcome parse(std::vector<const char*> words) {
  words.insert(words.begin(), "genkey-agent");
  std::ostringstream out;
  auto* const real_out = std::cout.rdbuf(out.rdbuf());
  Outcome outcome{
      agent::parse_command_line(agent::commands::table(), static_cast<int>(words.size()), words.data()), {}, {}};
  std::cout.rdbuf(real_out);
  outcome.out = out.str();
  for (const std::string& sentence : outcome.parsed.mistake) outcome.err += "genkey-agent: " + sentence + "\n";
  return outcome;
}

Options read(std::vector<const char*> words) {
  const Outcome outcome = parse(std::move(words));
  INFO(outcome.err);
  REQUIRE(outcome.parsed.options);
  return *outcome.parsed.options;
}

std::vector<std::string> split(std::string_view text) {
  std::istringstream words{std::string(text)};
  return {std::istream_iterator<std::string>(words), {}};
}

std::vector<const char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<const char*> pointers;
  for (const std::string& word : words) pointers.push_back(word.c_str());
  return pointers;
}

void check_refused(std::vector<const char*> words) {
  std::string line;
  for (const char* word : words) line += std::string(" '") + word + "'";
  CAPTURE(line);
  const Outcome outcome = parse(std::move(words));
  CHECK_FALSE(outcome.parsed.options);
  CHECK(outcome.parsed.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.starts_with("genkey-agent: "));
  CHECK(outcome.err.find("--help") != std::string::npos);
}

}  // namespace

TEST_CASE("every command is read by its name") {
  for (const agent::CommandFacts& facts : agent::commands::table().commands) {
    if (facts.words.starts_with("service ") && !platform::installs_services()) continue;
    CAPTURE(facts.words);
    std::vector<std::string> words = split(facts.words);
    if (facts.command == Command::peers_add || facts.command == Command::peers_remove) words.emplace_back("om1");
    CHECK(read(pointers_to(words)).command == facts.command);
  }
  CHECK(read({"peers", "list"}).command == Command::peers_list);
  CHECK(read({"peers", "add", "om1"}).command == Command::peers_add);
  CHECK(read({"peers", "remove", "om1"}).command == Command::peers_remove);
  CHECK(read({"hook", "install"}).command == Command::hook_install);
  CHECK(read({"hook", "remove"}).command == Command::hook_remove);
  CHECK(read({"hook", "run"}).command == Command::hook_run);
}

TEST_CASE("the hook's key file is what a start would read, and does not override the installation's") {
  const Options run = read({"hook", "run", "--key-file=k", "--state-dir", "s"});
  CHECK(run.started_with == "k");
  CHECK_FALSE(run.key_file);
  CHECK(run.state_dir == "s");
  const Options install = read({"hook", "install", "--key-file", "k", "--require"});
  CHECK(install.key_file == "k");
  CHECK_FALSE(install.started_with);
  CHECK(install.required);
  check_refused({"hook"});
  check_refused({"hook", "run", "--require"});
  check_refused({"hook", "run", "--key-file", ""});
}

TEST_CASE("options of every command may stand before and after it") {
  for (const auto& words : {std::vector<const char*>{"--key-file", "k", "--json", "status"},
                            std::vector<const char*>{"status", "--json", "--key-file", "k"},
                            std::vector<const char*>{"status", "--json", "--key-file=k"}}) {
    const Options options = read(words);
    CHECK(options.key_file == "k");
    CHECK(options.json);
  }
}

TEST_CASE("options mean what they say") {
  const Options import_options =
      read({"import", "f", "--format", "hex", "--allow-weak", "--displace", "--confirm", "abc"});
  CHECK(import_options.input == "f");
  CHECK(import_options.format == keystore::KeyFormat::hex);
  CHECK(import_options.allow_weak);
  CHECK(import_options.displace);
  CHECK(import_options.confirm == "abc");

  const Options invite =
      read({"invite", "--ttl", "2h", "--uses", "20", "--address", "a:1", "--address", "b", "--output", "t"});
  CHECK(invite.ttl == std::chrono::hours(2));
  CHECK(invite.uses == 20);
  CHECK(invite.addresses == std::vector<Address>{{"a", 1}, {"b", 27424}});
  CHECK(invite.output == "t");

  CHECK(read({"ensure", "--keep", "--wait", "30s"}).keep);
  CHECK(read({"ensure", "--wait", "30s"}).wait == std::chrono::seconds(30));
  CHECK(read({"join", "--ticket-file", "-"}).ticket_file == "-");
  CHECK(read({"verify", "--peer", "a", "--peer", "b:2"}).peers == std::vector<Address>{{"a", 27424}, {"b", 2}});
  CHECK(read({"gate", "--policy", "default"}).policy == agent::Policy::normal);
  CHECK(read({"gate", "--allow-next-start", "--reason", "disk died"}).reason == "disk died");
  CHECK(read({"status", "--format", "nagios"}).status_format == agent::StatusFormat::nagios);
  CHECK(read({"audit", "--fix", "--dry-run"}).dry_run);
  CHECK(read({"serve", "--listen", "127.0.0.1:0"}).listen == std::vector<Address>{{"127.0.0.1", 0}});
  CHECK(read({"peers", "add", "a:1", "--pin", tests::pin(7).text().c_str()}).pin == tests::pin(7));
  CHECK(read({"identity", "--renew"}).renew);
}

TEST_CASE("a word that begins with a slash is a path, and no option") {
  const Outcome outcome = parse({"import", "/json"});
  if (tests::on_windows)
    CHECK(outcome.err.find("is relative to the current drive") != std::string::npos);
  else
    CHECK((outcome.parsed.options->input == "/json" && !outcome.parsed.options->json));
  check_refused({"status", "/json"});
}

TEST_CASE("a path that will not do is named, and the line typed again without it") {
  const std::string root = tests::absolute("/");
  for (const auto& [words, again] : {std::pair(std::vector<std::string>{"status", "--state-dir", root, "--json"},
                                               "genkey-agent status --state-dir PATH --json\n"),
                                     std::pair(std::vector<std::string>{"--state-dir=" + root, "audit", "--fix"},
                                               "genkey-agent --state-dir=PATH audit --fix\n")}) {
    std::vector<const char*> typed;
    for (const std::string& word : words) typed.push_back(word.c_str());
    const Outcome outcome = parse(typed);
    CHECK(outcome.parsed.exit_code == 2);
    CHECK(outcome.err.starts_with("genkey-agent: --state-dir: \"" + root + "\" is the root of a file system"));
    CHECK(outcome.err.ends_with(again));
  }
  tests::set_variable("GENKEY_AGENT_STATE_DIR", root.c_str());
  CHECK(parse({"status"}).err.ends_with("genkey-agent status --state-dir PATH\n"));
  tests::unset_variable("GENKEY_AGENT_STATE_DIR");
}

TEST_CASE("import reads standard input unless a file is named") { CHECK(read({"import"}).input == "-"); }

TEST_CASE("no command, an unknown command and an unknown option are errors") {
  check_refused({});
  check_refused({"verfiy"});
  check_refused({"peers"});
  check_refused({"peers", "drop", "om1"});
  check_refused({"generate", "--force"});
  check_refused({"status", "surplus"});
  check_refused({"generate", "--ticket-file", "t"});
  check_refused({"--nonsense", "status"});
}

TEST_CASE("an option without its value, or with an empty one, is an error and not the default") {
  for (const char* option : {"--config", "--install-path", "--key-file", "--state-dir", "--root", "--owner"}) {
    check_refused({"status", option});
    check_refused({"status", option, ""});
  }
  check_refused({"join", "--ticket-file", ""});
  check_refused({"import", ""});
  check_refused({"import", "--format", ""});
  check_refused({"import", "--displace", "--confirm", ""});
  check_refused({"invite", "--output", ""});
  check_refused({"invite", "--address", ""});
  check_refused({"invite", "--ttl", ""});
  check_refused({"verify", "--peer", ""});
  check_refused({"verify", "--wait", ""});
  check_refused({"gate", "--policy", ""});
  check_refused({"gate", "--allow-next-start", "--reason", ""});
  check_refused({"serve", "--listen", ""});
  check_refused({"peers", "add", ""});
  check_refused({"peers", "add", "om1", "--pin", ""});
  check_refused({"peers", "remove", ""});
}

TEST_CASE("values that cannot be meant are errors") {
  check_refused({"gate", "--policy", "normal"});
  check_refused({"gate", "--wait", "30"});
  check_refused({"invite", "--uses", "0"});
  check_refused({"invite", "--uses", "1001"});
  check_refused({"invite", "--uses", "-1"});
  check_refused({"import", "--format", "octal"});
  check_refused({"status", "--format", "xml"});
  check_refused({"verify", "--peer", "om1:99999"});
  check_refused({"peers", "add", "om1", "--pin", "abc"});
}

TEST_CASE("options that need another one say so") {
  check_refused({"import", "--confirm", "abc"});
  check_refused({"gate", "--allow-next-start"});
}

TEST_CASE("help and version are printed on standard output, with success") {
  for (const auto& words : {std::vector<const char*>{"--help"}, std::vector<const char*>{"--version"},
                            std::vector<const char*>{"join", "--help"}}) {
    const Outcome outcome = parse(words);
    CHECK_FALSE(outcome.parsed.options);
    CHECK(outcome.parsed.exit_code == 0);
    CHECK_FALSE(outcome.out.empty());
    CHECK(outcome.err.empty());
  }
}

TEST_CASE(
    "the help of every command and group shows the options of every command, before and after which they may stand") {
  std::set<std::string> lines;
  for (const agent::CommandFacts& facts : agent::commands::table().commands) {
    if (facts.words.starts_with("service ") && !platform::installs_services()) continue;
    lines.insert(std::string(facts.words));
    lines.insert(std::string(facts.words.substr(0, facts.words.find(' '))));
  }
  for (const std::string& line : lines) {
    CAPTURE(line);
    std::vector<std::string> words = split(line);
    words.emplace_back("--help");
    const std::string help = parse(pointers_to(words)).out;
    const auto heading = help.find("\nOptions of every command:\n");
    REQUIRE(heading != std::string::npos);
    for (const char* option : {"--config", "--install-path", "--key-file", "--state-dir", "--root", "--owner", "--json",
                               "--quiet", "--verbose", "--dry-run"})
      CHECK(help.find(option, heading) != std::string::npos);
    const auto subcommands = help.find("Subcommands:");
    CHECK((subcommands == std::string::npos || help.find("Subcommands:", subcommands + 1) == std::string::npos));
  }
  CHECK(read({"--json", "peers", "--quiet", "list", "--dry-run"}).json);
  CHECK(read({"--json", "peers", "--quiet", "list", "--dry-run"}).quiet);
}

TEST_CASE("a table without the command is a fault of the program, and no other command") {
  CHECK_THROWS_AS(static_cast<void>(agent::CommandTable().facts_of(Command::status)), std::logic_error);
}

TEST_CASE("the environment mirrors options, and the command line wins") {
  tests::set_variable("GENKEY_AGENT_KEY_FILE", "from/environment");
  CHECK(read({"status"}).key_file == "from/environment");
  CHECK(read({"status", "--key-file", "given"}).key_file == "given");
  tests::unset_variable("GENKEY_AGENT_KEY_FILE");
  CHECK_FALSE(read({"status"}).key_file);
}

TEST_CASE("an empty environment variable is as good as none") {
  tests::set_variable("GENKEY_AGENT_KEY_FILE", "");
  CHECK_FALSE(read({"status"}).key_file);
  tests::unset_variable("GENKEY_AGENT_KEY_FILE");
}

TEST_CASE("backup alone is backup create, and both take the same options") {
  for (const char* word : {"--armor", "create"}) {
    const Options options = read({"backup", word, "--passphrase-fd", "5", "--output", "x", "--armor"});
    CHECK(options.command == Command::backup_create);
    CHECK(options.passphrase_fd == 5);
    CHECK(options.output == "x");
    CHECK(options.armor);
  }
}

TEST_CASE("the other commands on backups take none of the options of create, so that none is ignored") {
  for (const char* word : {"list", "check", "prune"}) {
    for (const std::vector<const char*>& words :
         {std::vector{"backup", word, "--armor"}, std::vector{"backup", "--armor", word}}) {
      const Outcome outcome = parse(words);
      CHECK(outcome.parsed.exit_code == 2);
      CHECK(outcome.err.find("' does not take --armor\n") != std::string::npos);
    }
  }
}

TEST_CASE("drill, prune and new-identity take their own options") {
  const Options drill = read({"backup", "drill", "-i", "a", "--identity", "-", "copy"});
  CHECK(drill.command == Command::backup_drill);
  CHECK(drill.identities == std::vector<std::string>{"a", "-"});
  CHECK(drill.backup == "copy");
  const Options prune = read({"backup", "prune", "--keep", "7"});
  CHECK(prune.command == Command::backup_prune);
  CHECK(prune.kept_copies == 7U);
  CHECK(read({"backup", "new-identity", "-o", "x"}).output == "x");
  CHECK(parse({"backup", "prune", "--keep", "0"}).parsed.exit_code == 2);
  CHECK(parse({"backup", "drill", "-i", ""}).parsed.exit_code == 2);
}

TEST_CASE("an identity given as a recipient is refused without being repeated") {
  const Outcome outcome = parse({"backup", "-r", "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ"});
  CHECK(outcome.parsed.exit_code == 2);
  CHECK(outcome.err.find("QQQQ") == std::string::npos);
}

TEST_CASE("a ticket on the command line is refused with what to do, wherever it stands, and is not repeated") {
  const char* ticket = "gka1_QQQQQQQQQQQQQQQQ";
  for (const std::vector<const char*>& words :
       {std::vector{"join", ticket}, std::vector{"join", "--ticket", ticket},
        std::vector{"join", "--ticket-file", ticket}, std::vector{"join", "--peer", ticket},
        std::vector{"peers", "add", ticket}, std::vector{ticket}, std::vector{"join", "--ticket=gka1_QQQQQQQQQQQQQQQQ"},
        std::vector{"join", " GKA1_QQQQQQQQQQQQQQQQ\r\n"}}) {
    const Outcome outcome = parse(words);
    CHECK(outcome.parsed.exit_code == 2);
    CHECK(outcome.err.find("QQQQ") == std::string::npos);
    CHECK(outcome.err.find("a ticket is on the command line, where every user of this host can read it") !=
          std::string::npos);
    CHECK(outcome.err.find("'genkey-agent invite'") != std::string::npos);
    CHECK(outcome.err.find("--ticket-file FILE or on standard input") != std::string::npos);
  }
}

TEST_CASE("a passphrase that was given to an option without a value is not repeated") {
  for (const std::vector<const char*>& words :
       {std::vector{"backup", "--passphrase", "hunter2"}, std::vector{"restore", "--passphrase", "hunter2"},
        std::vector{"restore", "--passphrase=hunter2"}, std::vector{"restore", "--passphrase-fd", "hunter2"},
        std::vector{"restore", "--passphrase-fd=hunter2"}, std::vector{"restore", "-p", "hunter2"},
        std::vector{"status", "--json=hunter2"}, std::vector{"invite", "--uses", "7hunter2"},
        std::vector{"backup", "prune", "--keep", "hunter2more4us"}, std::vector{"generate", "--secret=hunter2"},
        std::vector{"status", "hunter2"}}) {
    const Outcome outcome = parse(words);
    INFO(outcome.err);
    CHECK(outcome.parsed.exit_code == 2);
    CHECK(outcome.err.find("hunter2") == std::string::npos);
  }
}

TEST_CASE("an unknown word is named with the one that was meant, and the next line shows how to see all") {
  const auto said = [](std::vector<const char*> words) { return parse(std::move(words)).err; };
  CHECK(said({"statsu"}) ==
        "genkey-agent: unknown command 'statsu'; did you mean 'status'?\n  to see all commands:\n"
        "    genkey-agent --help\n");
  CHECK(said({"backup", "lst"}) ==
        "genkey-agent: unknown command 'backup lst'; did you mean 'backup list'?\n  to see all commands:\n"
        "    genkey-agent backup --help\n");
  CHECK(
      said({"peers", "ad", "om1"}).starts_with("genkey-agent: unknown command 'peers ad'; did you mean 'peers add'?"));
  CHECK(said({"gate", "--polcy=warn"}) ==
        "genkey-agent: unknown option '--polcy'; did you mean '--policy'?\n  to see all options of this command:\n"
        "    genkey-agent gate --help\n");
  CHECK(said({"status", "--jsn"}).starts_with("genkey-agent: unknown option '--jsn'; did you mean '--json'?\n"));
  CHECK(said({"gate", "--policy", "wran"})
            .starts_with("genkey-agent: --policy: \"wran\" is not a policy; did you mean 'warn'?\n"));
  CHECK(said({"status", "--format", "nagois"}).find("did you mean 'nagios'?") != std::string::npos);
}

TEST_CASE("a word that is near nothing is named without a guess") {
  CHECK(parse({"nonsense"}).err.starts_with("genkey-agent: unknown command 'nonsense'\n"));
  CHECK(parse({"status", "--nonsense"}).err.starts_with("genkey-agent: unknown option '--nonsense'\n"));
  const std::string other_value = parse({"gate", "--policy", "maybe"}).err;
  CHECK(other_value.find("write off, warn, local, default, majority or strict\n") != std::string::npos);
}

TEST_CASE("a word that may be a secret is named by its position") {
  CHECK(parse({"status", "hunter2"}).err.starts_with("genkey-agent: argument 2 is not expected"));
  CHECK(parse({"top$secret"}).err.starts_with("genkey-agent: argument 1 is not a command\n"));
  CHECK(parse({"status!"}).err.starts_with("genkey-agent: argument 1 is not a command; did you mean 'status'?\n"));
  CHECK(parse({"status", "--top$secret"}).err.starts_with("genkey-agent: argument 2 is not a known option\n"));
  // A value may hang on a short option.
  CHECK(parse({"restore", "-phunter2"}).err.starts_with("genkey-agent: unknown option '-p'\n"));
}

TEST_CASE("help and version are commands too, and give what the options give") {
  CHECK(parse({"version"}).out == parse({"--version"}).out);
  CHECK(parse({"help"}).out == parse({"--help"}).out);
  for (const std::vector<const char*>& words :
       {std::vector{"status"}, std::vector{"peers"}, std::vector{"peers", "add"}, std::vector{"backup", "create"},
        std::vector{"help"}}) {
    std::vector<const char*> asked = words;
    asked.insert(asked.begin(), "help");
    std::vector<const char*> with_option = words;
    with_option.emplace_back("--help");
    const Outcome outcome = parse(asked);
    CHECK(outcome.parsed.exit_code == 0);
    CHECK_FALSE(outcome.parsed.options);
    CHECK(outcome.err.empty());
    CHECK(outcome.out == parse(with_option).out);
  }
}

TEST_CASE("help about a word that is not a command is answered with the one that was meant") {
  CHECK(parse({"help", "nonsense"}).err.starts_with("genkey-agent: unknown command 'nonsense'\n"));
  CHECK(parse({"help", "statsu"}).err.starts_with("genkey-agent: unknown command 'statsu'; did you mean 'status'?\n"));
  CHECK(parse({"help", "peers", "ad"})
            .err.starts_with("genkey-agent: unknown command 'peers ad'; did you mean 'peers add'?\n"));
  CHECK(parse({"hlep"}).err.starts_with("genkey-agent: unknown command 'hlep'; did you mean 'help'?\n"));
  for (const std::vector<const char*>& words : {std::vector{"help", "nonsense"}, std::vector{"help", "status", "x"},
                                                std::vector{"help", "peers", "add", "x"}, std::vector{"version", "x"}})
    check_refused(words);
}

TEST_CASE("no command at all is answered with the few that people need first") {
  for (const std::vector<const char*>& words : {std::vector<const char*>{}, std::vector{"--json"}}) {
    const std::string err = parse(words).err;
    CHECK(err.starts_with("genkey-agent: a command is missing\nThe commands to begin with:\n    ensure "));
    for (const char* command : {"\n    generate ", "\n    invite ", "\n    join ", "\n    verify ", "\n    status "})
      CHECK(err.find(command) != std::string::npos);
    CHECK(err.find("\n    serve ") == std::string::npos);
    CHECK(err.ends_with("\n  to see all commands:\n    genkey-agent --help\n"));
    CHECK(std::ranges::count(err, '\n') < 15);
  }
}

TEST_CASE("a missing command and an option in front of its command are explained") {
  CHECK(parse({"peers"}).err.starts_with("genkey-agent: 'peers' needs a subcommand: list, add or remove\n"));
  CHECK(parse({"--format", "json", "status"})
            .err.starts_with("genkey-agent: option '--format' stands before its command; write it behind "
                             "'genkey-agent status'\n"));
}

TEST_CASE("a mistyped option or word is named, so that the mistake is seen") {
  CHECK(parse({"generate", "--force"}).err.find("--force") != std::string::npos);
  CHECK(parse({"generate", "--frce=value"}).err.find("--frce") != std::string::npos);
  CHECK(parse({"gate", "--policy", "maybe"}).err.find("\"maybe\" is not a policy") != std::string::npos);
  CHECK(parse({"invite", "--ttl", "30"}).err.find("\"30\" is not a duration") != std::string::npos);
  CHECK(parse({"invite", "--uses", "0"}).err.find("--uses: expected a number from 1 to 1000") != std::string::npos);
}

TEST_CASE("a secret in a variable that stands for an option is refused by the variable's name") {
  tests::set_variable("GENKEY_AGENT_OWNER", "gka1_QQQQQQQQQQQQQQQQ");
  const Outcome outcome = parse({"status"});
  tests::unset_variable("GENKEY_AGENT_OWNER");
  CHECK(outcome.parsed.exit_code == 2);
  CHECK(outcome.err.find("GENKEY_AGENT_OWNER holds what looks like a ticket") != std::string::npos);
  CHECK(outcome.err.find("QQQQ") == std::string::npos);
}

TEST_CASE("a line is understood without the variables that have a bad value") {
  tests::set_variable("GENKEY_AGENT_STATE_DIR", "/");
  tests::set_variable("GENKEY_AGENT_OWNER", "om");
  const auto without = parse({"gate", "--policy", "warn"}).parsed.without_bad_variables;
  const auto mistake_on_the_line = parse({"gate", "--policy", "maybe"}).parsed;
  tests::unset_variable("GENKEY_AGENT_STATE_DIR");
  tests::unset_variable("GENKEY_AGENT_OWNER");
  REQUIRE(without);
  CHECK(without->command == Command::gate);
  CHECK_FALSE(without->state_dir);
  CHECK(without->owner == "om");
  CHECK_FALSE(mistake_on_the_line.without_bad_variables);
}

TEST_CASE("invite --list and --revoke go with nothing that describes a new ticket") {
  CHECK(read({"invite", "--list"}).list);
  CHECK(read({"invite", "--revoke", "all"}).revoke == "all");
  for (const char* other : {"--ttl=1h", "--uses=2", "--address=om1", "--output=x"}) {
    CAPTURE(other);
    check_refused({"invite", "--list", other});
    check_refused({"invite", "--revoke", "all", other});
  }
  check_refused({"invite", "--list", "--revoke", "all"});
}

TEST_CASE("it is known which options come from variables") {
  tests::set_variable("GENKEY_AGENT_OWNER", "somebody");
  CHECK(read({"status"}).from_variables == std::vector<std::string>{"GENKEY_AGENT_OWNER"});
  CHECK(read({"status", "--owner", "other"}).from_variables.empty());
  CHECK(read({"status", "--owner=other"}).from_variables.empty());
  tests::unset_variable("GENKEY_AGENT_OWNER");
  CHECK(read({"status"}).from_variables.empty());
}

TEST_CASE("setup takes a name, an address and any number of peers") {
  const Options options = read({"setup", "--name", "om1", "--address", "om1:1", "--peer", "om1", "--peer", "om2"});
  CHECK(options.name == "om1");
  CHECK(options.own_address == Address{"om1", 1});
  CHECK(options.peers.size() == 2);
  check_refused({"setup", "--name", "a b"});
  check_refused({"setup", "--peer", "a b"});
}
