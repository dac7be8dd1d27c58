// SPDX-License-Identifier: ISC
// The gate's rules as the design has them, written a second time, so that the program's own are compared with them.
//
// The program asks of each rule which peers speak for it. Here all peers are counted first, and the rules are read off
// the counts: a slip in one of the two shows as a difference.
#pragma once

#include <set>
#include <vector>

#include "agent/gate/decision.h"

namespace tests {

// By the numbers of the design; `few` and `not_all` are the two policies that want more than evidence against.
enum Rule : std::uint8_t { missing = 1, unsafe = 2, another = 3, unconfirmed = 4, outvoted = 5, few = 6, not_all = 7 };

/// The rule that a reason of the program's belongs to.
Rule rule_of(agent::Reason reason);

/// The rules that forbid a start. None: Ops Manager may start.
std::set<Rule> broken_rules(const agent::OwnEvidence& own, const std::vector<agent::PeerVerdict>& peers,
                            agent::Policy policy);

}  // namespace tests
