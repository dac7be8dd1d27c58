// What an attacker does to a listener. Each connects to --to, perhaps --from a source address of its own, and prints in
// one line what came of it: "closed" or "answered WHAT", and after how many seconds.
#pragma once

#include "tests/adversary/arguments.h"

namespace adversary {

/// A stranger's honest greeting, which is answered: the others are compared with it.
void greet(const Arguments& arguments);
/// --how no-certificate | tls12 | wrong-protocol | no-protocol | no-tls
void shake_hands_wrongly(const Arguments& arguments);
/// --how cut | zero | oversized | huge | random | longer | unknown | escapes | nothing; nothing but this after a good
/// handshake
void send_frame(const Arguments& arguments);
/// One byte a second: --how handshake | frame
void send_slowly(const Arguments& arguments);
/// A proof without the key, with any claim.
void claim_without_proof(const Arguments& arguments);
/// The ticket in --ticket FILE, with a wrong secret where --secret wrong, as many --times
void redeem(const Arguments& arguments);
void refetch(const Arguments& arguments);
/// Sends what a recorder has kept of another session's client: --record FILE
void replay_client(const Arguments& arguments);
/// Holds --count connections until its standard input ends: --how idle | half-open | shaken
void hold(const Arguments& arguments);

}  // namespace adversary
