// SPDX-License-Identifier: ISC
#include "agent/config/typed_words.h"

#include <CLI/CLI.hpp>
#include <boost/filesystem/operations.hpp>

#include "agent/config/command_options.h"
#include "platform/host/typed_command.h"

namespace agent {

namespace {

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

}  // namespace

std::vector<std::string> typed_words_of(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) add_words(*option, words);
  return words;
}

std::string line_with_placeholder(std::span<const char* const> words, const std::string& bad_path,
                                  const std::string& option) {
  constexpr const char* placeholder = "PATH";
  std::string line = "genkey-agent";
  bool found = false;
  for (const char* const typed : words.subspan(1)) {
    std::string word = typed;
    const bool bad = word == bad_path || word.ends_with("=" + bad_path);
    if (bad) word.replace(word.size() - bad_path.size(), bad_path.size(), placeholder);
    line += " " + platform::typed_word(word);
    found = found || bad;
  }
  return found ? line : line + " " + option + " " + placeholder;
}

}  // namespace agent
