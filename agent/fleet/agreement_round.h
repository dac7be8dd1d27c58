// SPDX-License-Identifier: ISC
// Agreement with many peers, without the network: what to ask a peer that answers, and what its reply means. It does
// not decide what a result is worth to this host; agent/fleet/peer_verdict.h does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"
#include "agent/fleet/targets.h"
#include "agent/transport/peer_requests.h"
#include "keystore/key/key_proof.h"

namespace agent {

class AgreementRound {
 public:
  AgreementRound(const Asker& asker, const std::vector<Target>& targets);

  /// The question for this contact: our proof; or a hello if this host has no key or its own identity answers. Gives
  /// nothing for a weak key and a pin that nobody vouched for, because the receiver of a proof could guess a weak key
  /// at leisure.
  [[nodiscard]] std::optional<wire::Request> question(const Contact& contact) const;
  [[nodiscard]] PeerAnswer answer_of(std::size_t target, const Outcome& outcome) const;

 private:
  void read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::HelloReply& reply) const;
  void read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::AgreeReply& reply) const;
  void read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::Refused& reply) const;

  const Asker& asker_;
  const std::vector<Target>& targets_;
  platform::Result<std::string> instance_;
  std::optional<keystore::KeyProof> proof_;
  bool weak_ = false;
};

}  // namespace agent
