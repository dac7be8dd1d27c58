// SPDX-License-Identifier: ISC
// On Windows the package is one file: genkey-agent, and the backup program if it is started under that program's name.
// The agent starts itself that way, so that archives and replies of stores are parsed in a process of their own.
#include <string_view>

#include "agent/backup_program/run.h"
#include "agent/backups/store.h"
#include "agent/program.h"

int main(int argc, char** argv) {
  const bool as_backup_program = argc > 0 && std::string_view(argv[0]) == agent::backup_program_name;
  return as_backup_program ? agent::backup_program::run() : agent::run(argc, argv);
}
