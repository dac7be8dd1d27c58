// SPDX-License-Identifier: ISC
#include "agent/config/completion.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "agent/config/command_options.h"

namespace agent {

namespace {

const CLI::App* find_command(const CLI::App& app, const std::string& word) {
  const auto found = app.get_subcommands([&word](const CLI::App* each) { return each->get_name() == word; });
  return found.empty() ? nullptr : found.front();
}

const CLI::Option* find_option(const CLI::App& app, const std::string& name) {
  const auto found = app.get_options([&name](const CLI::Option* each) {
    const bool is_long = name.starts_with("--") && each->check_lname(name.substr(2));
    return is_long || (name.size() == 2 && name.starts_with('-') && each->check_sname(name.substr(1)));
  });
  return found.empty() ? nullptr : found.front();
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

bool is_option(const std::string& word) { return word.size() > 1 && word.starts_with('-'); }

// The words before the one that is completed, read as far as they decide what may follow.
class Line {
 public:
  explicit Line(const CLI::App& program) : program_(program), command_(&program) {}

  void read(const std::string& word) {
    if (awaiting_ != nullptr) return take_value(word);
    if (is_option(word) && !only_operands_) return take_option(word);
    const CLI::App* command = operands_ == 0 ? find_command(*command_, word) : nullptr;
    if (command == nullptr) {
      ++operands_;
    } else if (command_ == &program_ && word == "help") {
      asks_help_ = true;  // the words behind it are those of a command
    } else {
      command_ = command;
    }
  }

  [[nodiscard]] Completion complete(const std::string& word) const {
    Completion completion = awaiting_ != nullptr ? values_of(*awaiting_) : complete_unbound(word);
    completion.common = common_;
    return completion;
  }

 private:
  void take_value(const std::string& word) {
    if (find_option(program_, awaiting_->get_name()) == awaiting_) {
      common_.push_back(awaiting_->get_name());
      common_.push_back(word);
    }
    awaiting_ = nullptr;
  }

  void take_option(const std::string& word) {
    only_operands_ = word == "--";
    const auto equals = word.find('=');
    const CLI::Option* option = find(word.substr(0, equals));
    if (option == nullptr || !takes_value(*option)) return;
    awaiting_ = option;
    if (equals != std::string::npos) take_value(word.substr(equals + 1));
  }

  [[nodiscard]] const CLI::Option* find(const std::string& name) const {
    const CLI::Option* own = find_option(*command_, name);
    return own != nullptr ? own : find_option(program_, name);
  }

  [[nodiscard]] Completion complete_unbound(const std::string& word) const {
    const auto equals = word.find('=');
    if (word.starts_with("--") && equals != std::string::npos) return complete_bound(word.substr(0, equals));
    if (word.starts_with('-') && !only_operands_) return asks_help_ ? Completion() : options();
    Completion completion = asks_help_ ? Completion() : operand();
    if (operands_ > 0) return completion;
    for (const CLI::App* command : command_->get_subcommands([](const CLI::App* /*each*/) { return true; }))
      completion.candidates.push_back({command->get_name(), command->get_description()});
    return completion;
  }

  [[nodiscard]] Completion complete_bound(const std::string& name) const {
    const CLI::Option* option = find(name);
    if (option == nullptr || !takes_value(*option)) return {};
    Completion completion = values_of(*option);
    completion.prefix = name + "=";
    for (Candidate& candidate : completion.candidates) candidate.word.insert(0, completion.prefix);
    return completion;
  }

  [[nodiscard]] Completion options() const {
    Completion completion;
    for (const CLI::App* app : {command_, &program_}) {
      for (const CLI::Option* option : app->get_options()) {
        if (option->get_lnames().empty()) continue;
        Candidate candidate{"--" + option->get_lnames().front(), option->get_description()};
        // --version is the program's alone, and --help is in both.
        const bool is_own = app == command_ || option->get_group() == common_heading;
        if (is_own) completion.candidates.push_back(std::move(candidate));
      }
      if (command_ == &program_) break;
    }
    return completion;
  }

  [[nodiscard]] Completion operand() const {
    const auto operands = command_->get_options([](const CLI::Option* each) { return each->get_positional(); });
    return operands_ < operands.size() ? values_of(*operands[operands_]) : Completion();
  }

  static Completion values_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::string name = option.get_positional() ? option.get_name(true) : option.get_name();
    Completion completion;
    if (name == "--revoke") {
      completion.candidates.push_back({"all", "every ticket"});
      completion.source = ValueSource::tickets;
    } else if (name == "--explain") {
      completion.source = ValueSource::findings;
    } else if (name == "--only") {
      for (const std::string_view group : doctor_groups.all()) completion.candidates.push_back({std::string(group)});
    } else if (type.find('|') != std::string::npos) {
      for (std::string& value : CLI::detail::split(type, '|')) completion.candidates.push_back({std::move(value)});
    } else if (name == "BACKUP") {
      completion.source = ValueSource::copies;
    } else if (name == "PEER" || name == "--peer") {
      completion.source = ValueSource::peers;
    } else if (type == file_type || name == "FILE") {
      completion.source = ValueSource::files;
    } else if (type == directory_type) {
      completion.source = ValueSource::directories;
    } else if (type.starts_with("USER")) {
      completion.source = ValueSource::users;
    }
    return completion;
  }

  const CLI::App& program_;
  const CLI::App* command_;
  const CLI::Option* awaiting_ = nullptr;  // an option whose value comes next
  std::size_t operands_ = 0;
  bool only_operands_ = false;
  bool asks_help_ = false;
  std::vector<std::string> common_;
};

}  // namespace

Completion complete(const CLI::App& program, std::span<const std::string> words) {
  Line line(program);
  if (words.empty()) return line.complete("");
  for (const std::string& word : words.first(words.size() - 1)) line.read(word);
  return line.complete(words.back());
}

}  // namespace agent
