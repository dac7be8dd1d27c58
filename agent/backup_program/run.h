// genkey-agent-backup: what `backup` and `restore` need libcurl and libarchive for, in a process of its own that never
// sees the key, and is not root where a process can be somebody else.
#pragma once

namespace agent::backup_program {

/// The whole program: answers one request (agent/backups/program_request.h). Gives the exit code.
int run();

}  // namespace agent::backup_program
