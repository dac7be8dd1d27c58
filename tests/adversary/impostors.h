// What an attacker does to whoever connects to him: he listens on --listen until he is killed, prints "listening", and
// a line for whatever he sees. Each connection has a thread of its own.
#pragma once

#include "tests/adversary/arguments.h"

namespace adversary {

/// Answers every request with --how wrong-proof | echo | handover | disagree | no-key | has-key | garbage | oversized |
/// escapes | cut | close | silence. Prints "asked WHAT".
void answer_wrongly(const Arguments& arguments);
/// Ends TLS on both sides with his own identity, and passes every frame on to --to and back. Prints "asked WHAT" and
/// "answered WHAT".
void stand_in_the_middle(const Arguments& arguments);
/// Passes bytes on to --to and back; what the client sends is kept in --client FILE and what the server sends in
/// --server FILE, that of the first session only.
void record(const Arguments& arguments);
/// Answers with what was recorded of a server: --record FILE
void replay_server(const Arguments& arguments);

}  // namespace adversary
