// SPDX-License-Identifier: ISC
#include "agent/config/options.h"

#include <algorithm>
#include <stdexcept>

namespace agent {

// Thrown and not returned: a missing row is a defect of the program, which a test of the table finds.
const CommandFacts& CommandTable::facts_of(Command command) const {
  const auto found = std::ranges::find(commands, command, &CommandFacts::command);
  if (found == commands.end()) throw std::logic_error("a command is not in the table of commands");
  return *found;
}

std::string_view CommandTable::name_of(Command command) const {
  const CommandFacts& facts = facts_of(command);
  return facts.stands_for_group ? facts.words.substr(0, facts.words.find(' ')) : facts.words;
}

}  // namespace agent
