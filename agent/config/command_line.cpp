// SPDX-License-Identifier: ISC
#include "agent/config/command_line.h"

#include <algorithm>
#include <cctype>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include <CLI/CLI.hpp>

#include "agent/config/command_options.h"
#include "agent/config/help.h"
#include "agent/config/misplaced_secret.h"
#include "agent/config/own_commands.h"
#include "agent/config/typed_words.h"
#include "agent/config/unknown_words.h"
#include "platform/services/service_manager.h"

namespace agent {

namespace {

// Describes every command of the table to CLI11, and reads one line. CLI11 keeps references into this object, so it is
// neither copied nor moved.
class CommandLine {
 public:
  CommandLine(const CommandTable& table, std::span<const char* const> words, const std::set<std::string>& ignored = {})
      : app_("Keeps Ops Manager's gen.key identical on every host.", "genkey-agent"), words_(words) {
    parsed_.options.table = table;
    app_.require_subcommand(1);               // nothing runs by default, because commands change keys
    app_.fallthrough();                       // common options may stand behind the command
    app_.allow_windows_style_options(false);  // "/x" is a path everywhere
    app_.formatter(help_format());
    app_.set_help_flag("-h,--help", "print this help");
    app_.footer("Exit codes, files and examples: man genkey-agent");
    add_common_options(app_, parsed_);
    for (CLI::Option* option : app_.get_options()) {
      if (ignored.contains(option->get_envname())) option->envname("");
    }
    for (const CommandFacts& facts : table.commands) add(facts);
    add_own_commands(app_, asked_);
  }

  [[nodiscard]] Completion complete(std::span<const std::string> words) const { return agent::complete(app_, words); }

  [[nodiscard]] std::set<std::string> variables() const {
    std::set<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      if (!option->get_envname().empty()) names.insert(option->get_envname());
    }
    return names;
  }

  Parsed parse() {
    if (const auto misplaced = find_misplaced_secret()) return refuse(*misplaced);
    try {
      app_.parse(static_cast<int>(words_.size()), words_.data());
    } catch (const CLI::Success& success) {  // help and version
      return {std::nullopt, app_.exit(success, std::cout, std::cerr)};
    } catch (const CLI::ValidationError& error) {  // thrown by our own checks only, which know what may be repeated
      return parsed_.bad_path ? refuse_path(error.what()) : refuse(error.what());
    } catch (const CLI::Error& error) {
      if (lacks_command(app_)) return refuse_without_command();
      return refuse(unknown_word(app_, words_).value_or(without_values(error.what())));
    }
    if (asked_.help_topic) return show_help(*asked_.help_topic);
    if (asked_.completion) {
      std::cout << completion_script(*asked_.completion);
      return {std::nullopt, 0};
    }
    Options& options = parsed_.options;
    if (options.passphrase && options.passphrase_fd)
      return refuse("--passphrase and --passphrase-fd exclude each other");
    options.typed = options.command;
    options.typed_words = typed_words_of(chosen_app(app_));
    options.from_variables = variables_used();
    // The line in mms.conf names the file that this start would read. It is compared with the installation's own key
    // file, and must not replace it.
    if (options.command == Command::hook_run) options.started_with = std::exchange(options.key_file, std::nullopt);
    return {options, 0};
  }

 private:
  // A variable counts where the option is not on the line.
  [[nodiscard]] std::vector<std::string> variables_used() const {
    std::vector<std::string> used;
    for (const CLI::Option* option : app_.get_options()) {
      if (option->get_envname().empty() || option->count() == 0) continue;
      const std::string name = option->get_name();
      const bool typed = std::ranges::any_of(
          words_.subspan(1), [&](std::string_view word) { return word == name || word.starts_with(name + "="); });
      if (!typed) used.push_back(option->get_envname());
    }
    return used;
  }

  [[nodiscard]] std::optional<std::string> find_misplaced_secret() const {
    if (auto found = misplaced_secret(words_)) return found;
    for (const std::string& variable : variables()) {
      if (auto found = misplaced_secret_in_variable(variable)) return found;
    }
    return std::nullopt;
  }

  // The parser's sentence, in which a value may stand that was given to something that takes no such value.
  [[nodiscard]] std::string without_values(std::string text) const {
    for (const std::string_view word : words_.subspan(1)) {
      const auto equals = word.find('=');
      const bool is_option = word.starts_with('-');
      if (is_option && equals == std::string_view::npos) continue;
      const std::string_view value = is_option ? word.substr(equals + 1) : word;
      const auto at = value.empty() || is_command_word(value) ? std::string::npos : find_word(text, value);
      if (at != std::string::npos) text.replace(at, value.size(), "...");
    }
    return text;
  }

  // Not within another word: "t" is no part of "--write".
  static std::size_t find_word(std::string_view text, std::string_view word) {
    const auto is_of_word = [&](std::size_t at) {
      return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-');
    };
    auto at = text.find(word);
    while (at != std::string_view::npos && ((at > 0 && is_of_word(at - 1)) || is_of_word(at + word.size())))
      at = text.find(word, at + 1);
    return at;
  }

  [[nodiscard]] bool is_command_word(std::string_view word) const {
    return std::ranges::any_of(parsed_.options.table.commands, [word](const CommandFacts& facts) {
      return facts.words == word || facts.words.starts_with(std::string(word) + " ") ||
             facts.words.ends_with(" " + std::string(word));
    });
  }

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

  [[nodiscard]] Parsed show_help(const std::vector<std::string>& topic) const {
    const CLI::App* app = &app_;
    for (const std::string& word : topic) {
      const auto inner = app->get_subcommands([&word](const CLI::App* each) { return each->get_name() == word; });
      if (inner.empty()) return refuse(unknown_command(*app, word, words_), *app);
      app = inner.front();
    }
    std::cout << help_of(*app);
    return {std::nullopt, 0};
  }

  // A group is made when its first command is added. Nothing on a system that has no use for the group.
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

  // The group's word alone means this command, so the group takes the command's options too. In front of another
  // command of the group such an option would be ignored, so it is an error there.
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
          throw CLI::ValidationError("'" + std::string(options.table.name_of(options.command)) + "' does not take " +
                                     option->get_name());
        }
      }
    });
  }

  [[nodiscard]] Parsed refuse(const std::string& why) const { return refuse(why, chosen_app(app_)); }

  // Not the whole help: the mistake would scroll away above it.
  static Parsed refuse(const std::string& why, const CLI::App& about) {
    const bool has_commands = !about.get_subcommands([](const CLI::App* /*each*/) { return true; }).empty();
    const std::string purpose = has_commands ? "  to see all commands:" : "  to see all options of this command:";
    return {std::nullopt, 2, {why + "\n" + purpose + "\n    " + typed_name(about) + " --help"}};
  }

  // No file can have such a path. The advice is the same line with a placeholder, ready to be typed again. CLI11's
  // message begins with the name of the option.
  Parsed refuse_path(const std::string& why) const {
    const std::string line = line_with_placeholder(words_, *parsed_.bad_path, why.substr(0, why.find(':')));
    return {std::nullopt, 2, {why + "\n  with a plain path:\n    " + line}};
  }

  // Most people who type nothing else want to know where to begin.
  [[nodiscard]] Parsed refuse_without_command() const {
    return refuse("a command is missing\nThe commands to begin with:\n" + first_commands(parsed_.options.table));
  }

  CLI::App app_;
  std::span<const char* const> words_;
  OwnCommands asked_;
  std::map<std::string_view, CLI::App*> groups_;
  ParsedWords parsed_;  // what the callbacks fill
};

// Nothing when the mistake is on the line itself. A variable is left out only if the line is refused with it.
std::optional<Options> parse_without_bad_variables(const CommandTable& table, std::span<const char* const> words) {
  std::set<std::string> ignored = CommandLine(table, words).variables();
  auto options = CommandLine(table, words, ignored).parse().options;
  if (!options) return std::nullopt;
  for (const std::string& variable : std::set(ignored)) {
    ignored.erase(variable);
    if (auto more = CommandLine(table, words, ignored).parse().options) {
      options = std::move(more);
    } else {
      ignored.insert(variable);
    }
  }
  return options;
}

}  // namespace

Parsed parse_command_line(const CommandTable& table, int argc, const char* const* argv) {
  const std::span words(argv, static_cast<std::size_t>(argc));
  if (words.size() > 1 && words[1] == completion_word) {
    const std::vector<std::string> typed(words.begin() + 2, words.end());
    return {.options = std::nullopt, .completion = CommandLine(table, words).complete(typed)};
  }
  Parsed parsed = CommandLine(table, words).parse();
  if (!parsed.mistake.empty()) parsed.without_bad_variables = parse_without_bad_variables(table, words);
  return parsed;
}

}  // namespace agent
