// SPDX-License-Identifier: ISC
// genkey-agent-backup: a separate process for the work that needs libcurl and libarchive. It never sees the key, and is
// not root where the system lets a process change its account.
#pragma once

namespace agent::backup_program {

/// The whole program: reads one request from standard input, answers it (agent/backups/program_request.h), and returns
/// the exit code.
int run();

}  // namespace agent::backup_program
