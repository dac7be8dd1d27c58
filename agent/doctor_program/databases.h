// SPDX-License-Identifier: ISC
// `hello` to all hosts of a request, several at once, each in a process of its own.
#pragma once

#include "agent/doctor/database_messages.h"

namespace agent::doctor_program {

/// Asks the listed hosts, then those that their answers name, and so on, until all are known, there are
/// limits::database_members of one database, or the time is over.
DatabaseReply ask_databases(const DatabaseRequest& request);

}  // namespace agent::doctor_program
