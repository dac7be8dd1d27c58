// SPDX-License-Identifier: ISC
// Rounds of questions for tests: peers at two addresses that a person named, and what they answer.
#pragma once

#include <string>
#include <vector>

#include "agent/fleet/peer_verdict.h"
#include "tests/agent/samples.h"

namespace tests {

inline constexpr platform::Time now{std::chrono::seconds(1'000'000)};
inline const std::string epoch = "00000000000000aa";
inline const agent::Address om2{"om2.example.com", 27424};
inline const agent::Address om3{"om3.example.com", 27424};

inline agent::PeerAnswer answer(agent::PeerResult result, std::uint8_t number, const agent::Address& at = om2) {
  agent::PeerAnswer given{.asked = at, .result = result, .pin = pin(number)};
  if (result == agent::PeerResult::agree) given.claim = claim(number);
  return given;
}

inline agent::PeerAnswer silent(const agent::Address& at) {
  return {.asked = at, .result = agent::PeerResult::unreachable};
}

inline agent::Peer peer_at(std::uint8_t number, const agent::Address& at,
                           agent::Introduction introduced_by = agent::Introduction::configured) {
  return {.pin = pin(number),
          .name = "om" + std::to_string(number),
          .addresses = {at.text()},
          .introduced_by = introduced_by,
          .seen = now,
          .epoch = epoch};
}

/// Each address is one that a person named.
inline std::vector<agent::PeerVerdict> verdicts(const std::vector<agent::PeerAnswer>& answers,
                                                const agent::Roster& roster) {
  std::vector<agent::Target> targets;
  for (const agent::PeerAnswer& given : answers) {
    const agent::Peer* owner = roster.owner_of(given.asked.text());
    targets.push_back({given.asked, true, owner == nullptr ? std::nullopt : std::optional(owner->pin)});
  }
  return agent::verdicts_of(answers, targets, roster);
}

}  // namespace tests
