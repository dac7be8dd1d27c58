// SPDX-License-Identifier: ISC
#include "agent/config/own_commands.h"

#include <algorithm>
#include <iterator>

#include <CLI/CLI.hpp>

#include "agent/base/nearest_word.h"
#include "agent/base/repeatable.h"
#include "agent/config/help.h"

namespace agent {

namespace {

constexpr const char* version = "genkey-agent " GENKEY_AGENT_VERSION;

void add_help(CLI::App& program, OwnCommands& asked) {
  CLI::App* help = program.add_subcommand("help", "show the help of a command")->group(own_heading);
  std::vector<CLI::Option*> words = {help->add_option("COMMAND", "show the help of this command"),
                                     help->add_option("SUBCOMMAND", "show the help of its second word")};
  for (CLI::Option* word : words) word->type_name("");
  help->callback([&asked, words] {
    asked.help_topic.emplace();
    for (const CLI::Option* word : words) std::ranges::copy(word->results(), std::back_inserter(*asked.help_topic));
  });
}

Shell shell_or_throw(const std::string& text) {
  const auto shell = shell_names.find(text);
  if (shell) return *shell;
  const auto meant = nearest_word(text, shell_names.all());
  throw CLI::ValidationError(repeated(text) + " is not a shell that is known here" +
                             (meant ? did_you_mean(meant) : "; write " + shell_names.as_text()));
}

void add_completion(CLI::App& program, OwnCommands& asked) {
  CLI::App* completion =
      program.add_subcommand("completion", "print the script with which a shell completes command lines")
          ->group(own_heading);
  completion
      ->add_option_function<std::string>(
          "SHELL", [&asked](const std::string& text) { asked.completion = shell_or_throw(text); },
          "print the script for this shell")
      ->required()
      ->type_name(shell_names.as_choice());
}

}  // namespace

void add_own_commands(CLI::App& program, OwnCommands& asked) {
  program.set_version_flag("--version", version, "print the version");
  add_help(program, asked);
  CLI::App* shown = program.add_subcommand("version", "print the version")->group(own_heading);
  shown->callback([] { throw CLI::CallForVersion(version, 0); });
  add_completion(program, asked);
}

}  // namespace agent
