// SPDX-License-Identifier: ISC
// One login to one member, and three questions after it. To be called once in a run of doctor: a refused login may lock
// an account.
#pragma once

#include "agent/doctor/login_messages.h"

namespace agent::doctor_program {

/// Asks in a child process, which ends when the time for one host is over.
LoginReply log_in(const LoginRequest& request);

}  // namespace agent::doctor_program
