// What a host answers, given who asks. No sockets here: a request, a pin and a channel in, a reply out; the roster and
// the tickets change on the way, on disk before the reply is given where that matters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/fleet/state_files.h"
#include "agent/listener/bans.h"
#include "agent/protocol/agreement.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "keystore/key/gen_key.h"
#include "keystore/key/key_proof.h"
#include "platform/base/clock.h"

namespace agent {

/// Who asks.
struct Caller {
  Pin pin;
  std::string from;  // numeric address, for bans
  Channel channel;
  bool allowed_by_ca = false;  // its CA-issued certificate has an allowed name
};

/// What this host answers from; fixed while the listener runs.
struct OwnPart {
  Pin pin;
  std::array<std::byte, 32> instance{};
  Claim claim;
  std::optional<keystore::GenKey> key;  // nothing: answers no-key
  bool may_hand_over = false;           // the key is the recorded one and at least chosen
  std::string epoch;
  bool refetch = true;
  bool without_ticket = false;
};

class Responder {
 public:
  Responder(OwnPart own, RosterFile roster, TicketFile tickets);

  /// An error is for the log; the caller's connection is then closed without an answer.
  platform::Result<wire::Reply> respond(const wire::Request& request, const Caller& caller, platform::Time now);

  /// Writes what was only counted so far.
  platform::Result<void> flush();

  /// A new record of the same key: what is claimed changes, what is proved does not.
  void set_claim(const Claim& claim, bool may_hand_over);
  [[nodiscard]] const OwnPart& own() const { return own_; }

 private:
  using Reply = platform::Result<wire::Reply>;
  Reply answer(const wire::Hello& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Agree& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Join& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Refetch& request, const Caller& caller, platform::Time now);

  platform::Result<void> record_proof(const wire::Agree& request, const Caller& caller, platform::Time now);
  platform::Result<wire::Disagree> record_failure(const Caller& caller, platform::Time now);
  platform::Result<std::optional<wire::Refusal>> check_ticket(const wire::Join& request, const Caller& caller,
                                                              platform::Time now);
  Reply hand_over(const Caller& caller, const std::string& name, const std::string& address, platform::Time now);
  [[nodiscard]] std::optional<wire::Reply> cannot_hand_over() const;

  OwnPart own_;
  std::optional<keystore::KeyProof> proof_;
  RosterFile roster_;
  TicketFile tickets_;
  Bans bans_;
  std::uint64_t unknown_failures_ = 0;  // not yet written
  platform::Time flushed_;
};

}  // namespace agent
