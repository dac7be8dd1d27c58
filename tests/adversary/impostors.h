// SPDX-License-Identifier: ISC
// What an attacker does to hosts that connect to him. He listens on --listen until he is killed, and prints "listening"
// and then a line for each event. Each connection has a thread of its own, because a test asks from several hosts at
// once.
#pragma once

#include "tests/adversary/arguments.h"

namespace adversary {

/// Answers every request with --how wrong-proof | echo | handover | disagree | no-key | has-key | garbage | oversized |
/// escapes | cut | close | silence. Prints "asked WHAT".
void answer_wrongly(const Arguments& arguments);
/// Ends TLS on both sides with his own identity, and passes every frame on to --to and back. Prints "asked WHAT" and
/// "answered WHAT".
void stand_in_the_middle(const Arguments& arguments);
/// Passes the bytes on to --to and back. Keeps what the client sends in --client FILE and what the server sends in
/// --server FILE, for the first session only.
void record(const Arguments& arguments);
/// Answers with the recorded bytes of a server: --record FILE
void replay_server(const Arguments& arguments);

}  // namespace adversary
