// SPDX-License-Identifier: ISC
#include "agent/fleet/peer_verdict.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace agent {

namespace {

using keystore::Standing;

// The better result of two addresses of one host counts: an address that does not answer says nothing about a host that
// answers elsewhere.
int rank_of(PeerResult result) {
  switch (result) {
    case PeerResult::removed: return 9;
    case PeerResult::clone: return 8;
    case PeerResult::agree: return 7;
    case PeerResult::disagree: return 6;
    case PeerResult::has_key: return 5;
    case PeerResult::no_key: return 4;
    case PeerResult::untrusted: return 3;
    case PeerResult::incompatible: return 2;
    case PeerResult::unreachable: return 1;
    case PeerResult::self: return 0;
  }
  __builtin_unreachable();
}

std::string shown_name(const Peer& peer) { return peer.name.empty() ? peer.address() : peer.name; }

class Round {
 public:
  explicit Round(const Roster& roster) : roster_(roster) {}

  void take(const PeerAnswer& answer, const Target& target) {
    if (answer.result == PeerResult::self) return take_own(answer, target);
    const Peer* known = answer.pin ? roster_.find(*answer.pin) : nullptr;
    if (is_removed(answer, target, known)) return take_removed(answer);
    if (answer.pin && answer.result == PeerResult::agree && (known == nullptr || is_met_first_here(*known, target)))
      return take_new(answer, target, known);
    if (known != nullptr) return take_known(answer, target, *known);
    take_unknown(answer, target);
  }

  std::vector<PeerVerdict> conclude() {
    std::set<Pin> replaced;
    for (const PeerVerdict& peer : verdicts_) {
      if (peer.replaces) replaced.insert(*peer.replaces);
    }
    // A peer that proved the key elsewhere in this round was not replaced by the host that answers at its address.
    std::erase_if(verdicts_,
                  [&](const PeerVerdict& peer) { return !peer.agrees() && peer.pin && replaced.contains(*peer.pin); });
    return std::move(verdicts_);
  }

 private:
  // What makes two answers those of one host: its pin; where nobody was met, the pin that answers, or the address.
  using Host = std::tuple<std::optional<Pin>, std::optional<Pin>, std::string>;
  static Host host_of(const PeerVerdict& verdict) {
    if (verdict.pin) return {verdict.pin, std::nullopt, ""};
    return {std::nullopt, verdict.shown, verdict.shown ? "" : verdict.address};
  }

  // The verdict for a host is the best of its addresses.
  void enter(PeerVerdict verdict) {
    const auto [place, is_first] = places_.emplace(host_of(verdict), verdicts_.size());
    if (is_first) {
      verdicts_.push_back(std::move(verdict));
      return;
    }
    PeerVerdict& same = verdicts_[place->second];
    auto proved_at = std::move(same.proved_at);
    proved_at.insert(proved_at.end(), verdict.proved_at.begin(), verdict.proved_at.end());
    if (rank_of(verdict.result) > rank_of(same.result)) {
      if (!verdict.replaces) verdict.replaces = same.replaces;
      same = std::move(verdict);
    }
    same.proved_at = std::move(proved_at);
  }

  static PeerVerdict verdict_of(const PeerAnswer& answer) {
    return {.address = answer.asked.text(),
            .result = answer.result,
            .detail = answer.detail,
            .wants_adding = answer.wants_adding,
            .pin = std::nullopt,
            .shown = answer.pin,
            .introduced_by = std::nullopt,
            .name = answer.claim ? answer.claim->name : "",
            .claim = answer.claim,
            .standing = answer.standing,
            .proved_at = {},
            .is_new = false,
            .replaces = std::nullopt,
            .when = std::nullopt,
            .news = ""};
  }

  // What is said about the owner of an address when somebody else answers there.
  void accuse(const Peer& owner, const PeerAnswer& answer, std::string why) {
    PeerVerdict verdict = verdict_of(answer);
    verdict.result = PeerResult::untrusted;
    verdict.detail = std::move(why);
    verdict.pin = owner.pin;
    verdict.introduced_by = owner.introduced_by;
    verdict.name = owner.name;
    // Neither the claim nor the standing is this peer's.
    verdict.claim.reset();
    verdict.standing = Standing::provisional;
    enter(std::move(verdict));
  }

  const Peer* owner_of(const Target& target) const { return target.owner ? roster_.find(*target.owner) : nullptr; }

  void take_own(const PeerAnswer& answer, const Target& target) {
    // This host's own entry in a shared list is not a peer. At another peer's address it is a relay or a mistake in
    // DNS.
    const Peer* owner = owner_of(target);
    if (owner != nullptr) return accuse(*owner, answer, "this host itself answers at that address");
    PeerVerdict verdict = verdict_of(answer);
    verdict.shown.reset();
    enter(std::move(verdict));
  }

  bool is_removed(const PeerAnswer& answer, const Target& target, const Peer* known) const {
    // A removed host keeps the key and can prove it, so removal comes before every proof.
    if (answer.pin && roster_.is_removed(*answer.pin)) return true;
    return known == nullptr && roster_.removal_of(target.address.text()) != nullptr;
  }

  void take_removed(const PeerAnswer& answer) {
    PeerVerdict verdict = verdict_of(answer);
    verdict.result = PeerResult::removed;
    const Removed* removal = answer.pin ? roster_.removal_of(*answer.pin) : nullptr;
    if (removal == nullptr) removal = roster_.removal_of(answer.asked.text());
    if (removal != nullptr) {
      verdict.detail = "removed here at " + platform::format_time(removal->when);
      verdict.name = removal->name;
      verdict.pin = removal->pin;
    }
    verdict.claim.reset();
    enter(std::move(verdict));
  }

  void take_known(const PeerAnswer& answer, const Target& target, const Peer& peer) {
    PeerVerdict verdict = verdict_of(answer);
    verdict.pin = peer.pin;
    verdict.introduced_by = peer.introduced_by;
    if (verdict.name.empty()) verdict.name = peer.name;
    if (verdict.agrees()) {
      verdict.proved_at = {verdict.address};
      // A person named this address, so the proof there makes the peer a configured one.
      const bool at_own = !target.owner || *target.owner == peer.pin;
      if (target.configured && at_own) verdict.introduced_by = std::max(peer.introduced_by, Introduction::configured);
    }
    enter(std::move(verdict));
    const Peer* owner = owner_of(target);
    // Nothing moves: a relay could otherwise make this host forget a peer.
    if (owner != nullptr && owner->pin != peer.pin)
      accuse(*owner, answer, shown_name(peer) + " answers at the address of " + shown_name(*owner));
  }

  // A host that only came to this one until now is met where it says that it is, in the place of a former host.
  static bool is_met_first_here(const Peer& peer, const Target& target) {
    return peer.addresses.empty() && peer.claimed == target.address.text() && target.owner && *target.owner != peer.pin;
  }

  // A host that was never met proves the key: it is new, or was made anew.
  void take_new(const PeerAnswer& answer, const Target& target, const Peer* known) {
    PeerVerdict verdict = verdict_of(answer);
    verdict.pin = answer.pin;
    verdict.is_new = known == nullptr;
    const Introduction by_address = target.configured ? Introduction::configured : Introduction::itself;
    verdict.introduced_by = known == nullptr ? by_address : std::max(by_address, known->introduced_by);
    verdict.proved_at = {verdict.address};
    if (target.owner) {
      // People are told, because an attacker who has the key looks the same.
      verdict.replaces = target.owner;
      verdict.news = "answers under a new identity, has proved the key, and is known by it from now on";
    }
    enter(std::move(verdict));
    // If it is not replaced after all, because it proves the key elsewhere, this is what its own address gave.
    if (const Peer* owner = owner_of(target)) accuse(*owner, answer, "another host answers at that address");
  }

  void take_unknown(const PeerAnswer& answer, const Target& target) {
    const Peer* owner = owner_of(target);
    // Nobody has proved the key there, so what it says is all that is known. A copy of this host is told wherever it
    // is.
    if (owner == nullptr || answer.result == PeerResult::clone) enter(verdict_of(answer));
    if (owner == nullptr) return;
    if (answer.pin)
      return accuse(*owner, answer, "it is not the host known for this address, and does not prove the key");
    PeerVerdict verdict = verdict_of(answer);
    verdict.pin = owner->pin;
    verdict.introduced_by = owner->introduced_by;
    verdict.name = owner->name;
    enter(std::move(verdict));
  }

  const Roster& roster_;
  std::vector<PeerVerdict> verdicts_;
  std::map<Host, std::size_t> places_;  // of each host in verdicts_
};

// Two machines that show one pin, each of which was asked for its instance.
bool is_cloned(const std::vector<PeerAnswer>& answers, const Pin& pin) {
  const Instance* first = nullptr;
  for (const PeerAnswer& answer : answers) {
    if (answer.pin != pin || !answer.instance) continue;
    if (first != nullptr && *first != *answer.instance) return true;
    first = &*answer.instance;
  }
  return false;
}

std::string addresses_of(const std::vector<PeerAnswer>& answers, const Pin& pin) {
  std::string text;
  for (const PeerAnswer& answer : answers) {
    if (answer.pin == pin) text += (text.empty() ? "" : " and ") + answer.asked.text();
  }
  return text;
}

void mark_clones(std::vector<PeerVerdict>& verdicts, const std::vector<PeerAnswer>& answers) {
  // Nearly always no pin answered twice, and nobody was asked for an instance.
  if (std::ranges::none_of(answers, [](const PeerAnswer& answer) { return answer.instance.has_value(); })) return;
  for (PeerVerdict& peer : verdicts) {
    if (!peer.shown || peer.is_stranger() || peer.result == PeerResult::removed || !is_cloned(answers, *peer.shown))
      continue;
    peer.result = PeerResult::clone;
    peer.detail = "two machines show this identity: " + addresses_of(answers, *peer.shown);
  }
}

}  // namespace

std::vector<PeerVerdict> verdicts_of(const std::vector<PeerAnswer>& answers, const std::vector<Target>& targets,
                                     const Roster& roster) {
  Round round(roster);
  for (std::size_t at = 0; at < answers.size(); ++at) round.take(answers[at], targets[at]);
  auto verdicts = round.conclude();
  mark_clones(verdicts, answers);
  return verdicts;
}

}  // namespace agent
