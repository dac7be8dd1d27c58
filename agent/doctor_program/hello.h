// SPDX-License-Identifier: ISC
// `hello` to one host, and the look-up of the hosts behind one name. To be called in a child process: libmongoc ends
// the process when it runs out of memory, and a look-up in the DNS cannot be interrupted.
#pragma once

#include "agent/doctor/database_messages.h"

namespace agent::doctor_program {

/// To be called once, before any child process: libmongoc keeps silent from then on.
void start_mongo();

/// The server learns what any driver says: its name and version, and this system's.
HelloAnswer ask_hello(const Address& host, const DatabaseTls* tls);

/// The hosts of mongodb+srv://NAME, as answers that are not asked yet. One with the end `no_name` when there are none.
DatabaseAnswers hosts_behind(const std::string& name);

}  // namespace agent::doctor_program
