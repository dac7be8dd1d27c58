// SPDX-License-Identifier: ISC
// What an attacker does to a listener. Each attack connects to --to (from the source address --from, if given) and
// prints one line: "closed" or "answered WHAT", and the seconds it took.
#pragma once

#include "tests/adversary/arguments.h"

namespace adversary {

/// An honest greeting of a stranger, which is answered, as often as --times says. Tests compare the attacks with it.
void greet(const Arguments& arguments);
/// --how no-certificate | tls12 | wrong-protocol | no-protocol | no-tls
void shake_hands_wrongly(const Arguments& arguments);
/// --how cut | zero | oversized | huge | random | longer | two | unknown | escapes | nothing. Sends only this, after a
/// good handshake.
void send_frame(const Arguments& arguments);
/// Sends one byte a second: --how handshake | frame
void send_slowly(const Arguments& arguments);
/// A proof without the key, with any claim, as often as --times says.
void claim_without_proof(const Arguments& arguments);
/// Redeems the ticket in --ticket FILE, as often as --times says; with a wrong secret when --secret is "wrong".
void redeem(const Arguments& arguments);
/// Asks for the key as a host that has lost it.
void refetch(const Arguments& arguments);
/// Sends the bytes of another client's session, as `record` kept them: --record FILE
void replay_client(const Arguments& arguments);
/// Holds --count connections until its standard input ends: --how idle | half-open | shaken | dribble
void hold(const Arguments& arguments);

}  // namespace adversary
