// SPDX-License-Identifier: ISC
// What came of asking one peer for its facts, as the process that talks to peers reports it to its parent. As with
// agent/fleet/peer_answer.h the bytes never leave this host.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/protocol/facts_proof.h"
#include "platform/base/bytes.h"

namespace agent {

struct FactsAnswer {
  std::optional<ReportedFacts> reported;  // with a proof
  std::string why = {};                   // for people: why there are none
  bool closed = false;                    // it ended the connection, as a version without facts does
  bool operator==(const FactsAnswer&) const = default;
};

/// Facts beyond limits::facts_in_all are left out, and their peers count as those that reported none.
platform::Bytes encode(const std::vector<FactsAnswer>& answers);
/// Exactly `count` of them; anything else gives nothing.
std::optional<std::vector<FactsAnswer>> decode_facts_answers(platform::BytesView bytes, std::size_t count);

}  // namespace agent
