// SPDX-License-Identifier: ISC
// genkey-agent-doctor: a separate process for what doctor asks servers that nobody vouches for. It holds no secret,
// owns nothing, and is not root where the system lets a process change its account.
#pragma once

namespace agent::doctor_program {

/// The whole program: reads one request from standard input, answers it (agent/doctor/program_request.h), and returns
/// the exit code.
int run();

}  // namespace agent::doctor_program
