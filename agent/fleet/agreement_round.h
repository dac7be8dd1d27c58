// Agreement with many peers, without the network: what to ask of whoever answers, and what the outcome means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/fleet/asker.h"
#include "agent/fleet/peer_answer.h"
#include "agent/transport/peer_requests.h"
#include "keystore/key/key_proof.h"

namespace agent {

class AgreementRound {
 public:
  AgreementRound(const Asker& asker, const std::vector<Target>& targets);

  /// Our proof; or, without a key or when our own identity answers, only whether there is one. Nothing for a weak key
  /// and an unknown pin: whoever sees the tag could guess the key at leisure.
  [[nodiscard]] std::optional<wire::Request> question(const Contact& contact) const;
  [[nodiscard]] PeerAnswer answer_of(std::size_t target, const Outcome& outcome) const;

 private:
  void read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::HelloReply& reply) const;
  void read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::AgreeReply& reply) const;

  const Asker& asker_;
  const std::vector<Target>& targets_;
  platform::Result<std::string> instance_;
  std::optional<keystore::KeyProof> proof_;
  bool weak_ = false;
};

}  // namespace agent
