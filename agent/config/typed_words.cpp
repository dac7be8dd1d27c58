// SPDX-License-Identifier: ISC
#include "agent/config/typed_words.h"

#include <CLI/CLI.hpp>
#include <boost/filesystem/operations.hpp>

#include "agent/config/command_options.h"

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

}  // namespace agent
