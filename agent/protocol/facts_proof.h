// SPDX-License-Identifier: ISC
// Facts between two hosts, each request with a proof of the key of its own, on its own connection.
//
//   T     = counted("genkey-agent facts v1", spki_i, spki_r, ekm, claim_i) || version || fresh
//   tag_i = HMAC(Kfi, T)                                            Kfi, Kfr, Kfd: keystore/key/key_proof.h
//   tag_r = HMAC(Kfr, T || counted(tag_i, what follows tag_r in the reply))
//
// What agent/protocol/agreement.h says of its tags holds for these: they are of one connection and one role. Their keys
// are others than those of agreement, so no tag of one is ever a tag of the other.
#pragma once

#include <chrono>
#include <optional>

#include "agent/protocol/agreement.h"
#include "agent/protocol/facts.h"
#include "agent/protocol/messages.h"
#include "keystore/key/key_proof.h"

namespace agent {

/// Facts, and how long ago they were collected. Without an age they never were, and are those that need no collection.
struct ReportedFacts {
  Facts facts;
  std::optional<std::chrono::milliseconds> age;
  bool operator==(const ReportedFacts&) const = default;
};

wire::AskFacts ask_for_facts(const keystore::FactsProof& proof, const Channel& channel, const Claim& own, bool fresh);
/// Whether the request proves the key.
bool is_proof(const keystore::FactsProof& proof, const Channel& channel, const wire::AskFacts& request);
/// Only for a request that proves the key. The facts must be valid.
wire::FactsReply report_facts(const keystore::FactsProof& proof, const Channel& channel, const wire::AskFacts& request,
                              const ReportedFacts& reported);
/// The facts of a reply that proves the same key.
std::optional<ReportedFacts> facts_in(const keystore::FactsProof& proof, const Channel& channel,
                                      const wire::AskFacts& request, const wire::FactsReply& reply);

/// With each setting.NAME replaced by its digest, which hosts with the same key can compare.
Facts with_digests(Facts facts, const keystore::FactsProof& proof);

}  // namespace agent
