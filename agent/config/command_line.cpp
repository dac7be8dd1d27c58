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
#include <boost/filesystem/operations.hpp>

#include "agent/base/repeatable.h"
#include "agent/config/command_options.h"
#include "agent/config/misplaced_secret.h"
#include "platform/host/typed_command.h"
#include "platform/services/service_manager.h"

namespace agent {

namespace {

// The common options belong to the program, so that they may stand before the command and behind it. CLI11 therefore
// shows them in the program's help only; this adds them at the end of each command's help.
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

bool takes_path(const CLI::Option& option) {
  return option.get_type_name() == file_type || option.get_type_name() == directory_type;
}

// The advice may be typed in another directory. A word that names no file is a copy or a store, and stays as it is.
std::string typed_path(const std::string& word) {
  boost::system::error_code unknown;
  return boost::filesystem::exists(word, unknown) ? boost::filesystem::absolute(word).string() : word;
}

// An option of one run says nothing about what is to be done, and a ticket from standard input has been read.
bool is_typed_anew(const std::string& name, const std::string& value) {
  return name == "--wait" || (name == "--ticket-file" && value == "-");
}

void add_words(const CLI::Option& option, std::vector<std::string>& words) {
  const std::string name = option.get_name();
  const bool is_flag = option.get_items_expected_max() == 0;
  for (const std::string& value : option.results()) {
    if (is_typed_anew(name, value)) continue;
    // A descriptor is open in one process only.
    if (name == "--passphrase-fd") {
      words.emplace_back("--passphrase");
      continue;
    }
    if (!option.get_positional()) words.push_back(name);
    if (!is_flag) words.push_back(takes_path(option) ? typed_path(value) : value);
  }
}

// The words of the command that was chosen, without the options of every command, which advice adds by itself.
std::vector<std::string> own_words(const CLI::App& program) {
  const CLI::App* app = &program;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  std::vector<std::string> words;
  for (const CLI::Option* option : app->get_options()) add_words(*option, words);
  return words;
}

// Describes every command of the table to CLI11, and reads one line. CLI11 keeps references into this object, so it is
// neither copied nor moved.
class CommandLine {
 public:
  CommandLine(const CommandTable& table, std::span<const char* const> words, const std::set<std::string>& ignored = {})
      : app_("Keeps Ops Manager's gen.key identical on every host.", "genkey-agent"), words_(words) {
    parsed_.options.table = table;
    app_.set_version_flag("--version", "genkey-agent " GENKEY_AGENT_VERSION);
    app_.require_subcommand(1);               // nothing runs by default, because commands change keys
    app_.fallthrough();                       // common options may stand behind the command
    app_.allow_windows_style_options(false);  // "/x" is a path everywhere
    app_.formatter(std::make_shared<Help>());
    app_.footer("Exit codes, files and examples: man genkey-agent");
    add_common_options(app_, parsed_);
    for (CLI::Option* option : app_.get_options()) {
      if (ignored.contains(option->get_envname())) option->envname("");
    }
    for (const CommandFacts& facts : table.commands) add(facts);
  }

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
    } catch (const CLI::ExtrasError&) {
      return refuse(unexpected_words());
    } catch (const CLI::Error& error) {
      return refuse(without_values(error.what()));
    }
    Options& options = parsed_.options;
    if (options.passphrase && options.passphrase_fd)
      return refuse("--passphrase and --passphrase-fd exclude each other");
    options.typed = options.command;
    options.typed_words = own_words(app_);
    // The line in mms.conf names the file that this start would read. It is compared with the installation's own key
    // file, and must not replace it.
    if (options.command == Command::hook_run) options.started_with = std::exchange(options.key_file, std::nullopt);
    return {options, 0};
  }

 private:
  [[nodiscard]] std::optional<std::string> find_misplaced_secret() const {
    if (auto found = misplaced_secret(words_)) return found;
    for (const std::string& variable : variables()) {
      if (auto found = misplaced_secret_in_variable(variable)) return found;
    }
    return std::nullopt;
  }

  // Unknown options by their names. Other words only where a command was expected: elsewhere they may be the value of
  // an option that takes none, such as a passphrase.
  [[nodiscard]] std::string unexpected_words() const {
    const bool is_command = app_.get_subcommands().empty();
    std::string names;
    for (const std::string& word : app_.remaining(true)) {
      const std::string name = word.substr(0, word.find('='));
      if ((word.starts_with('-') || is_command) && may_repeat(name)) names += " " + name;
    }
    return names.empty() ? "an argument was not expected; it is not repeated here" : "not expected here:" + names;
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
          throw CLI::ValidationError(option->get_name() + " is no option of " +
                                     std::string(options.table.name_of(options.command)));
        }
      }
    });
  }

  // Not the whole help: the mistake would scroll away above it.
  static Parsed refuse(const std::string& why) {
    return {std::nullopt, 2, {why + "\nRun 'genkey-agent --help' for the commands, or 'genkey-agent COMMAND --help'."}};
  }

  // No file can have such a path. The advice is the same line with a placeholder, ready to be typed again.
  Parsed refuse_path(const std::string& why) const {
    return {std::nullopt, 2, {why, "mend it: give a plain path: " + line_without_bad_path(why)}};
  }

  // The line as typed, with a placeholder for the path. A path from an environment variable is not on the line, so its
  // option is added; CLI11's message begins with the name of the option.
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
  Parsed parsed = CommandLine(table, words).parse();
  if (!parsed.mistake.empty()) parsed.without_bad_variables = parse_without_bad_variables(table, words);
  return parsed;
}

}  // namespace agent
