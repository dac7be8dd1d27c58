#include "agent/config/command_line.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <utility>

#include <CLI/CLI.hpp>

#include "agent/config/command_options.h"
#include "platform/host/typed_command.h"
#include "platform/services/service_manager.h"

namespace agent {

namespace {

// A command's help ends with the options that it shares with all others. They belong to the program, so that they may
// stand before the command too, and CLI11 shows them there only.
class Help : public CLI::Formatter {
 public:
  // CLI11 leaves two blank lines between groups of options.
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    return CLI::detail::find_and_replace(CLI::Formatter::make_help(app, std::move(name), mode), "\n\n\n", "\n\n");
  }
  std::string make_footer(const CLI::App* app) const override {
    const CLI::App* program = app;
    while (program->get_parent() != nullptr) program = program->get_parent();
    std::string common;
    if (program != app) {
      common = make_group(common_heading, false, program->get_options([](const CLI::Option* option) {
                 return option->get_group() == common_heading;
               })).substr(1) +
               "\n";
    }
    return common + CLI::Formatter::make_footer(app);
  }
};

// Describes every command of the table, and reads one line.
class CommandLine {
 public:
  CommandLine(const CommandTable& table, std::span<const char* const> words)
      : app_("Keeps Ops Manager's gen.key identical on every host.", "genkey-agent"), words_(words) {
    parsed_.options.table = table;
    app_.set_version_flag("--version", "genkey-agent " GENKEY_AGENT_VERSION);
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.allow_windows_style_options(false);  // "/x" is a path everywhere
    app_.formatter(std::make_shared<Help>());
    app_.footer("Exit codes, files and examples: man genkey-agent");
    add_common_options(app_, parsed_);
    for (const CommandFacts& facts : table.commands) add(facts);
  }

  Parsed parse() {
    try {
      app_.parse(static_cast<int>(words_.size()), words_.data());
    } catch (const CLI::Success& success) {
      return {std::nullopt, app_.exit(success, std::cout, std::cerr)};
    } catch (const CLI::Error& error) {
      return parsed_.bad_path ? refuse_path(error.what()) : refuse(error.what());
    }
    Options& options = parsed_.options;
    if (options.passphrase && options.passphrase_fd)
      return refuse("--passphrase and --passphrase-fd exclude each other");
    // There it says what this start would read, and does not override what the installation says.
    if (options.command == Command::hook_run) options.started_with = std::exchange(options.key_file, std::nullopt);
    return {options, 0};
  }

 private:
  void add(const CommandFacts& facts) {
    const auto space = facts.words.find(' ');
    CLI::App* parent = &app_;
    if (space != std::string_view::npos) {
      parent = group(facts.words.substr(0, space));
      if (parent == nullptr) return;
    }
    const auto word = facts.words.substr(space == std::string_view::npos ? 0 : space + 1);
    CLI::App* app = parent->add_subcommand(std::string(word), std::string(facts.help));
    app->callback([this, &facts] { parsed_.options.command = facts.command; });
    add_options_of(facts.command, *app, parsed_);
    if (facts.stands_for_group) let_stand_for(*parent, facts);
  }

  // Made for its first command. Nothing where this system has no use for it.
  CLI::App* group(std::string_view word) {
    const auto& groups = parsed_.options.table.groups;
    const auto facts = std::ranges::find(groups, word, &GroupFacts::word);
    if (facts->needs_service_manager && !platform::installs_services()) return nullptr;
    CLI::App*& made = groups_[word];
    if (made != nullptr) return made;
    made = app_.add_subcommand(std::string(word), std::string(facts->help));
    made->require_subcommand(1);
    return made;
  }

  // The group alone means this command, so it takes the command's options; before another command of the group they
  // would be ignored.
  void let_stand_for(CLI::App& group, const CommandFacts& facts) {
    group.require_subcommand(0, 1);
    add_options_of(facts.command, group, parsed_);
    const std::vector<CLI::Option*> own = group.get_options();
    group.callback([this, &group, &facts, own] {
      Options& options = parsed_.options;
      if (group.get_subcommands().empty()) options.command = facts.command;
      if (options.command == facts.command) return;
      for (const CLI::Option* option : own) {
        if (option->count() > 0) {
          throw CLI::ValidationError(option->get_name() + " is no option of " +
                                     std::string(options.table.name_of(options.command)));
        }
      }
    });
  }

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

  // What was typed, with a placeholder for the path. A path from a variable is not on the command line: its option is
  // put there, as the message begins with it.
  [[nodiscard]] std::string line_without_bad_path(const std::string& why) const {
    constexpr const char* placeholder = "PATH";
    const std::string& bad_path = *parsed_.bad_path;
    std::string line = "genkey-agent";
    bool found = false;
    for (const char* const typed : words_.subspan(1)) {
      std::string word = typed;
      const bool bad = word == bad_path || word.ends_with("=" + bad_path);
      if (bad) word.replace(word.size() - bad_path.size(), bad_path.size(), placeholder);
      line += " " + platform::typed_word(word);
      found = found || bad;
    }
    return found ? line : line + " " + why.substr(0, why.find(':')) + " " + placeholder;
  }

  CLI::App app_;
  std::span<const char* const> words_;
  std::map<std::string_view, CLI::App*> groups_;
  ParsedWords parsed_;
};

}  // namespace

Parsed parse_command_line(const CommandTable& table, int argc, const char* const* argv) {
  return CommandLine(table, std::span(argv, static_cast<std::size_t>(argc))).parse();
}

}  // namespace agent
