// SPDX-License-Identifier: ISC
#include "agent/report/verdict.h"

#include <algorithm>

#include "agent/fleet/voters.h"
#include "agent/report/age.h"
#include "agent/report/error_table.h"

namespace agent {

namespace {

using keystore::KeyState;

// The oldest, because a fresh answer of one peer says nothing about the others.
std::optional<platform::Time> oldest_answer(const std::vector<PeerVerdict>& peers) {
  std::optional<platform::Time> oldest;
  for (const PeerVerdict& peer : peers) {
    if (peer.when && is_voter(peer)) oldest = std::min(oldest.value_or(*peer.when), *peer.when);
  }
  return oldest;
}

std::string agreement(const Report& status) {
  const auto peers = status.peers.value_or(std::vector<PeerVerdict>());
  Agreement agreement = agreement_of(peers);
  agreement.all += status.status->never_asked.size();
  if (agreement.all == 0) return "key is in place; no peers are known";
  const std::string all = std::to_string(agreement.all) + (agreement.all == 1 ? " peer" : " peers");
  const auto oldest = oldest_answer(peers);
  if (!oldest && agreement.agreeing == 0) return "key has not been compared with " + all + " yet";
  const std::string age = oldest ? " (" + age_text(*oldest, status.status->taken) + ")" : "";
  return "key agrees with " + std::to_string(agreement.agreeing) + " of " + all + age;
}

// A peer that holds another key is named only where it is known to be the later one. Otherwise a peer may be the one
// that is wrong, and the gate's reason says all that is known.
std::string describe_gate(Reason reason) {
  if (reason == Reason::later_generation) return "a peer holds a newer key of this fleet";
  return std::string(describe(reason));
}

std::optional<Verdict> verdict_on_file(const KeyPart& key) {
  if (key.state == KeyState::absent)
    return Verdict{VerdictKind::no_key,
                   key.record || key.unreadable_record ? "this host's key is missing" : "there is no key on this host"};
  if (key.state == KeyState::invalid)
    return Verdict{VerdictKind::wrong_key, std::string(describe(Reason::invalid_key))};
  // What peers said once does not hold for a file that was not read.
  if (key.state == KeyState::unsafe)
    return Verdict{VerdictKind::check, "the key was not read: its file is a link, a device or has a second name"};
  if (key.state == KeyState::present && key.record && !key.is_recorded)
    return Verdict{VerdictKind::wrong_key, "the key on this host is not the one recorded for it"};
  return std::nullopt;
}

}  // namespace

std::string_view name_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::ok: return "ok";
    case VerdictKind::no_key: return "no-key";
    case VerdictKind::wrong_key: return "wrong-key";
    case VerdictKind::check: return "check";
  }
  __builtin_unreachable();
}

std::string_view word_of(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::ok: return "OK";
    case VerdictKind::no_key: return "NO KEY";
    case VerdictKind::wrong_key: return "WRONG KEY";
    case VerdictKind::check: return "CHECK";
  }
  __builtin_unreachable();
}

Verdict verdict_of(const Report& status) {
  if (auto verdict = verdict_on_file(*status.key)) return *std::move(verdict);
  if (const auto& reasons = status.status->gate_would_refuse; !reasons.empty())
    return {VerdictKind::wrong_key, describe_gate(reasons.front())};
  if (status.code == exit_done) return {VerdictKind::ok, agreement(status)};
  return {VerdictKind::check, (status.key->unreadable_record ? "the record cannot be read; " : "") + agreement(status)};
}

}  // namespace agent
