// SPDX-License-Identifier: ISC
// What a host answers to a caller. No sockets here: request, pin and channel in, reply out. Roster and tickets change
// on the way, and are on the disk before the reply where that matters. It does not limit how often a caller asks;
// agent/listener/server.h does.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "agent/fleet/roster_file.h"
#include "agent/listener/bans.h"
#include "agent/protocol/agreement.h"
#include "agent/protocol/facts_proof.h"
#include "agent/protocol/messages.h"
#include "agent/protocol/pin.h"
#include "keystore/key/gen_key.h"
#include "keystore/key/key_proof.h"
#include "platform/base/clock.h"

namespace agent {

/// The caller, as TLS has established it.
struct Caller {
  Pin pin;
  std::string from;  // for bans: its address, or network (Origin::text)
  Channel channel;
  bool allowed_by_ca = false;  // its CA-issued certificate has an allowed name
};

/// What this host reports about its Ops Manager. Nothing here depends on the caller. If `current` is empty, it reports
/// nothing (refused not-offered).
struct FactsSource {
  std::function<ReportedFacts()> current;
  std::function<platform::Result<void>()> collect;  // asks for a new collection, and does not wait for it
};

/// What this host answers with. Fixed while the listener runs, but for set_claim().
struct OwnPart {
  Pin pin;
  std::array<std::byte, 32> instance{};
  Claim claim;
  std::optional<keystore::GenKey> key;  // nothing: answers no-key
  bool may_hand_over = false;           // the key is the recorded one and at least chosen
  std::string epoch;
  bool refetch = true;
  bool without_ticket = false;
  FactsSource facts = {};
};

class Responder {
 public:
  Responder(OwnPart own, RosterFile roster, TicketFile tickets);

  /// An error is about this host and belongs in its log. The caller's connection is then closed without an answer.
  platform::Result<wire::Reply> respond(const wire::Request& request, const Caller& caller, platform::Time now);

  /// What of the last answer could not be written, for this host's log. The answer itself was right.
  std::optional<platform::Error> take_state_problem();

  /// Writes the counter of strangers' failed proofs, which is otherwise written at most once a minute.
  platform::Result<void> flush();

  /// For a new record of the same key: the claim changes, the proof does not.
  void set_claim(const Claim& claim, bool may_hand_over);
  [[nodiscard]] const OwnPart& own() const { return own_; }

 private:
  using Reply = platform::Result<wire::Reply>;
  Reply answer(const wire::Hello& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Agree& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Join& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::Refetch& request, const Caller& caller, platform::Time now);
  Reply answer(const wire::AskFacts& request, const Caller& caller, platform::Time now);

  platform::Result<std::optional<wire::Refusal>> refuses_proof(const Caller& caller, platform::Time now);
  platform::Result<bool> knows_for_weak_key(const Caller& caller);
  platform::Result<void> spend_ticket(const Caller& caller);
  platform::Result<bool> is_out_of_proofs(const Caller& caller, platform::Time now);
  platform::Result<void> record_proof(const wire::Agree& request, const Caller& caller, platform::Time now);
  platform::Result<wire::Disagree> record_failure(const Caller& caller, platform::Time now);
  platform::Result<std::optional<wire::Refusal>> check_ticket(const wire::Join& request, const Caller& caller,
                                                              platform::Time now);
  Reply hand_over(const Caller& caller, const std::string& name, const std::string& address, Introduction introduced_by,
                  platform::Time now);
  [[nodiscard]] std::optional<wire::Reply> cannot_hand_over() const;

  OwnPart own_;
  std::optional<keystore::KeyProof> proof_;
  std::optional<keystore::FactsProof> facts_proof_;  // made when somebody asks
  RosterFile roster_;
  TicketFile tickets_;
  Bans bans_;
  bool weak_ = false;  // the key is weak by its bytes
  std::optional<platform::Error> state_problem_;
  std::uint64_t unknown_failures_ = 0;  // not yet written
  platform::Time flushed_;
};

}  // namespace agent
