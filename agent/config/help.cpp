// SPDX-License-Identifier: ISC
#include "agent/config/help.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

#include "agent/base/text_table.h"
#include "agent/config/command_options.h"
#include "agent/config/unknown_words.h"

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
  // The names of all others would be longer than a line.
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    const std::size_t excludes = text.find(" Excludes:");
    if (option->get_excludes().size() < most_excluded_by_name || excludes == std::string::npos) return text;
    return text.substr(0, excludes) + " Excludes: the other options here";
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    return in_second_column(CLI::Formatter::make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(out, command->get_display_name(true), in_second_column(command->get_description()),
                             get_column_width());
    return out.str();
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

 private:
  static constexpr std::size_t most_excluded_by_name = 6;

  // CLI11 breaks no lines, and puts the blanks in front of each new line itself.
  [[nodiscard]] std::string in_second_column(const std::string& text) const {
    const std::size_t width = get_column_width();
    return CLI::detail::find_and_replace(wrapped(text, width, width), "\n" + std::string(width, ' '), "\n");
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_format() { return std::make_shared<Help>(); }

// Not App::help(): of a program that has parsed a line, it gives the help of the command on that line.
std::string help_of(const CLI::App& app) {
  return app.get_formatter()->make_help(&app, typed_name(app), CLI::AppFormatMode::Normal);
}

std::string first_commands(const CommandTable& table) {
  std::size_t width = 0;
  for (const CommandFacts& facts : table.commands) {
    if (facts.is_needed_first) width = std::max(width, facts.words.size());
  }
  std::string text;
  for (const CommandFacts& facts : table.commands) {
    if (!facts.is_needed_first) continue;
    const std::string gap(width - facts.words.size() + 2, ' ');
    text += "    " + std::string(facts.words) + gap + std::string(facts.help) + "\n";
  }
  return text;
}

}  // namespace agent
