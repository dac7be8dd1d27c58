// The package as one file: genkey-agent, and its backup program when it is started under that one's name.
#include <string_view>

#include "agent/backup_program/run.h"
#include "agent/backups/store.h"
#include "agent/program.h"

int main(int argc, char** argv) {
  const bool as_backup_program = argc > 0 && std::string_view(argv[0]) == agent::backup_program_name;
  return as_backup_program ? agent::backup_program::run() : agent::run(argc, argv);
}
