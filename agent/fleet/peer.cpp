// SPDX-License-Identifier: ISC
#include "agent/fleet/peer.h"

#include <algorithm>
#include <array>

#include "platform/base/enum_count.h"

namespace agent {

namespace {

// These words stand in roster.json and in --json, so they may not change.
constexpr std::array<std::string_view, 5> introduction_names = {"itself", "ca", "configured", "ticket", "pinned"};
static_assert(introduction_names.size() == platform::enum_count<Introduction>());

}  // namespace

std::string_view name_of(Introduction introduction) {
  return introduction_names.at(static_cast<std::size_t>(introduction));
}

std::optional<Introduction> introduction_named(std::string_view name) {
  const auto found = std::ranges::find(introduction_names, name);
  if (found == introduction_names.end()) return std::nullopt;
  return static_cast<Introduction>(found - introduction_names.begin());
}

LastResult following(const std::optional<LastResult>& before, LastResult next) {
  const bool same = before && before->result == next.result;
  next.since = same ? before->since : std::optional(next.when);
  return next;
}

bool is_vouched_for(const Peer& peer) {
  switch (peer.introduced_by) {
    case Introduction::ca:
    case Introduction::ticket:
    case Introduction::pinned: return true;
    // A configured address says nothing about who answers there. A weak key can be guessed from its proof, so nobody
    // gets one by taking over an address.
    case Introduction::itself:
    case Introduction::configured: return false;
  }
  __builtin_unreachable();
}

}  // namespace agent
