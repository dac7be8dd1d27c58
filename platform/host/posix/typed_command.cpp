// SPDX-License-Identifier: ISC
#include "platform/host/typed_command.h"

#include "platform/base/shell_word.h"

namespace platform {

std::string typed_word(std::string_view word) { return shell_quoted(word); }

std::string typed_move(std::string_view from, std::string_view to) {
  return "mv " + typed_word(from) + " " + typed_word(to);
}

std::string typed_as_administrator(const std::string& command) {
  return command.starts_with("sudo ") ? command : "sudo " + command;
}

std::string_view administrator() { return "root"; }

std::string_view what_binds_administrators() {
  return "the attributes of the file (lsattr), how it is mounted (findmnt), and the rules of SELinux, AppArmor or the "
         "container";
}

}  // namespace platform
