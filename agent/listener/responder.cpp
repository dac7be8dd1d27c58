// SPDX-License-Identifier: ISC
#include "agent/listener/responder.h"

#include <algorithm>

#include "agent/base/limits.h"

namespace agent {

namespace {

using platform::Result;
using platform::Time;

// Failed proofs by strangers are counted in memory and written at most this often, so that a stranger cannot make this
// host write to its disk at will.
constexpr std::chrono::minutes counter_interval{1};

// A proof that says only what the roster has already is not written. Each peer proves itself at every verify, and each
// write costs an fsync.
bool tells_nothing_new(const Peer* known, const Peer& now) {
  return known != nullptr && known->epoch == now.epoch && known->claim == now.claim && known->name == now.name &&
         known->claimed == now.claimed && !known->drifted && now.seen - known->seen < limits::seen_again;
}

// Asked before the ticket file is locked: nearly no proof has a ticket to spend.
bool has_unspent_use(const TicketBook& book, const Pin& pin) {
  return std::ranges::any_of(book.tickets(), [&](const IssuedTicket& ticket) {
    return std::ranges::any_of(ticket.used_by, [&](const TicketUse& use) { return use.pin == pin && !use.spent; });
  });
}

std::vector<wire::ListedPeer> listed_for(const Roster& roster, const std::string& epoch, const Pin& except) {
  std::vector<wire::ListedPeer> members;
  for (const Peer* peer : roster.members(epoch)) {
    // The reply has to fit into one frame. The members come with the most recent first.
    if (members.size() >= limits::roster_in_handover) break;
    // Only hosts that somebody here named: the receiver counts them as introduced. It must not learn itself as one of
    // its own peers, and it refuses a reply with a name or address that earlier versions could note.
    if (peer->pin == except || !is_introduced(*peer) || !wire::is_valid(peer->name, peer->address())) continue;
    members.push_back({peer->pin, peer->name, peer->address()});
  }
  return members;
}

}  // namespace

Responder::Responder(OwnPart own, RosterFile roster, TicketFile tickets)
    : own_(std::move(own)), roster_(std::move(roster)), tickets_(std::move(tickets)) {
  if (!own_.key) return;
  proof_.emplace(*own_.key);
  weak_ = keystore::weakness_of(*own_.key).has_value();
}

Result<wire::Reply> Responder::respond(const wire::Request& request, const Caller& caller, Time now) {
  // A hello says nothing about the key, so it is answered also for this host itself (which looks for clones) and for
  // removed hosts.
  if (!std::holds_alternative<wire::Hello>(request)) {
    // Both sides with one pin is the case in which a proof can be reflected to its sender.
    if (caller.pin == own_.pin) return wire::Refused{wire::Refusal::yourself};
    const Roster& roster = TRY(roster_.current());
    if (roster.is_removed(caller.pin)) return wire::Refused{wire::Refusal::removed};
  }
  return std::visit([&](const auto& message) { return answer(message, caller, now); }, request);
}

Responder::Reply Responder::answer(const wire::Hello& /*request*/, const Caller& /*caller*/, Time /*now*/) {
  return wire::HelloReply{own_.key.has_value(), own_.instance};
}

Responder::Reply Responder::answer(const wire::Agree& request, const Caller& caller, Time now) {
  if (!proof_) return wire::NoKey{};
  if (const auto refusal = TRY(refuses_proof(caller, now))) return wire::Refused{*refusal};
  // The proof is made only if the caller's own proof is right, so no byte that depends on the key goes to a stranger.
  auto reply = prove_as_responder(*proof_, caller.channel, request, own_.claim);
  // Without a valid proof this host says that it disagrees, in the same way whatever was wrong.
  if (!reply) return TRY(record_failure(caller, now));
  // Before the answer goes out: a ticket that a host has used must be spent before the host can report success.
  TRY(spend_ticket(caller));
  // What cannot be written is only this host's own knowledge of the caller. It does not make the proof less true, and a
  // full disk here must not look like a dead host there.
  if (const auto recorded = record_proof(request, caller, now); !recorded) state_problem_ = recorded.error();
  return *reply;
}

Result<std::optional<wire::Refusal>> Responder::refuses_proof(const Caller& caller, Time now) {
  using Refusal = std::optional<wire::Refusal>;
  // Before the proof is looked at, so that a stranger cannot try keys without end.
  if (TRY(is_out_of_proofs(caller, now))) return Refusal(wire::Refusal::banned);
  // A weak key could be guessed from one proof, and already from a "disagree" to a guess. Only hosts that somebody
  // vouched for get either.
  if (weak_ && !TRY(knows_for_weak_key(caller))) return Refusal(wire::Refusal::not_a_member);
  return Refusal();
}

Result<bool> Responder::knows_for_weak_key(const Caller& caller) {
  if (caller.allowed_by_ca) return true;
  const Roster& roster = TRY(roster_.current());
  const Peer* known = roster.find(caller.pin);
  return known != nullptr && is_vouched_for(*known);
}

Result<void> Responder::record_proof(const wire::Agree& request, const Caller& caller, Time now) {
  const Peer peer{.pin = caller.pin,
                  .name = request.claim.name,
                  // The address is the caller's own claim. It moves no other peer's address.
                  .claimed = request.claim.address,
                  .introduced_by = caller.allowed_by_ca ? Introduction::ca : Introduction::itself,
                  .seen = now,
                  .epoch = own_.epoch,
                  .claim = request.claim};
  const Roster& roster = TRY(roster_.current());
  if (tells_nothing_new(roster.find(caller.pin), peer)) return {};
  return roster_.append(peer);
}

Result<void> Responder::spend_ticket(const Caller& caller) {
  const TicketBook& book = TRY(tickets_.current());
  if (!has_unspent_use(book, caller.pin)) return {};
  return tickets_.update([&](TicketBook& changed) { changed.spend(caller.pin); });
}

std::optional<platform::Error> Responder::take_state_problem() { return std::exchange(state_problem_, std::nullopt); }

// A host that is known may be wrong as often as it likes, and is told so each time: it decides by that whether to
// start.
Result<bool> Responder::is_out_of_proofs(const Caller& caller, Time now) {
  if (bans_.may_prove(caller.pin.text(), now) && bans_.may_prove(caller.from, now)) return false;
  const Roster& roster = TRY(roster_.current());
  return roster.find(caller.pin) == nullptr;
}

Result<wire::Disagree> Responder::record_failure(const Caller& caller, Time now) {
  const Roster& roster = TRY(roster_.current());
  const Peer* known = roster.find(caller.pin);
  // Strangers get the standing and nothing else. Fleet and generation are for peers that this host knows.
  if (known == nullptr) {
    bans_.count_wrong_proof(caller.pin.text(), now);
    bans_.count_wrong_proof(caller.from, now);
    ++unknown_failures_;
    if (now - flushed_ >= counter_interval) {
      flushed_ = now;
      TRY(flush());
    }
    return wire::Disagree{own_.claim.standing, std::nullopt};
  }
  // Written once per change and not per failed proof: a peer with another key asks again and again.
  if (!known->drifted) {
    TRY(roster_.update([&](Roster& changed) { changed.record_drift(caller.pin, now); }));
  }
  return wire::Disagree{own_.claim.standing, own_.claim};
}

Result<void> Responder::flush() {
  // A failed write loses this count, which is only shown to people.
  const auto count = std::exchange(unknown_failures_, 0);
  if (count == 0) return {};
  return roster_.update([count](Roster& roster) { roster.count_unknown_failures(count); });
}

std::optional<wire::Reply> Responder::cannot_hand_over() const {
  if (!own_.key) return wire::NoKey{};
  // A host that is unsure of its key must not spread it, or a wrong key would reach the whole fleet.
  if (!own_.may_hand_over) return wire::Refused{wire::Refusal::not_ready};
  return std::nullopt;
}

Responder::Reply Responder::answer(const wire::Join& request, const Caller& caller, Time now) {
  // Before the ticket is examined, so that a host that cannot give the key uses up no ticket.
  if (auto reply = cannot_hand_over()) return std::move(*reply);
  if (const auto refusal = TRY(check_ticket(request, caller, now))) return wire::Refused{*refusal};
  // Without a ticket it was the CA that vouched for the caller.
  const Introduction introduced_by = request.secret.empty() ? Introduction::ca : Introduction::ticket;
  return hand_over(caller, request.name, request.address, introduced_by, now);
}

Result<std::optional<wire::Refusal>> Responder::check_ticket(const wire::Join& request, const Caller& caller,
                                                             Time now) {
  using Refusal = std::optional<wire::Refusal>;
  if (request.secret.empty()) {
    // Both are needed: an administrator allowed it here, and the CA vouches for the name. Either alone would let
    // strangers receive the key.
    return own_.without_ticket && caller.allowed_by_ca ? Refusal() : Refusal(wire::Refusal::not_offered);
  }
  const std::string pin = caller.pin.text();
  // By pin and by address: a new pin costs an attacker nothing, and a shared address may hold an innocent host.
  if (bans_.is_banned(pin, now) || bans_.is_banned(caller.from, now)) return Refusal(wire::Refusal::banned);
  const TicketSecret secret = TRY(TicketSecret::create(request.secret.duplicate()));
  Refusal refusal;
  // The use is on the disk before the key goes out. Otherwise a power cut would free the ticket for another host.
  TRY(tickets_.update([&](TicketBook& book) {
    bool changed = false;
    refusal = book.redeem(request.ticket, secret, caller.pin, now, changed);
  }));
  // Only wrong tickets count. Used and expired tickets were real, and their owner may try them again in good faith.
  if (refusal == wire::Refusal::unknown_ticket) {
    bans_.count_wrong(pin, now);
    bans_.count_wrong(caller.from, now);
  }
  return refusal;
}

Responder::Reply Responder::answer(const wire::Refetch& request, const Caller& caller, Time now) {
  if (!own_.refetch) return wire::Refused{wire::Refusal::not_offered};
  if (auto reply = cannot_hand_over()) return std::move(*reply);
  const Roster& roster = TRY(roster_.current());
  const Peer* known = roster.find(caller.pin);
  // Only a peer that had this very key may have it again without a ticket. The epoch changes when this host's key does.
  if (known == nullptr || known->epoch != own_.epoch) return wire::Refused{wire::Refusal::not_a_member};
  return hand_over(caller, request.name, request.address, known->introduced_by, now);
}

Responder::Reply Responder::answer(const wire::AskFacts& request, const Caller& caller, Time now) {
  if (!own_.facts.current) return wire::Refused{wire::Refusal::not_offered};
  if (!own_.key) return wire::NoKey{};
  if (const auto refusal = TRY(refuses_proof(caller, now))) return wire::Refused{*refusal};
  if (!facts_proof_) facts_proof_.emplace(*own_.key);
  if (!is_proof(*facts_proof_, caller.channel, request)) return TRY(record_failure(caller, now));
  // The roster learns nothing from this proof: who asks for facts has proved the key by agreement before.
  if (request.fresh) {
    if (const auto wanted = own_.facts.collect(); !wanted) state_problem_ = wanted.error();
  }
  ReportedFacts reported = own_.facts.current();
  reported.facts = within_limits(with_digests(std::move(reported.facts), *facts_proof_));
  return report_facts(*facts_proof_, caller.channel, request, reported);
}

Responder::Reply Responder::hand_over(const Caller& caller, const std::string& name, const std::string& address,
                                      Introduction introduced_by, Time now) {
  const Peer peer{.pin = caller.pin,
                  .name = name,
                  .claimed = address,
                  .introduced_by = introduced_by,
                  .seen = now,
                  .epoch = own_.epoch};
  // The peer is in the roster before it has the key. With the other order a power cut could leave a holder of the key
  // that this host does not know.
  TRY(roster_.append(peer));
  const Roster& roster = TRY(roster_.current());
  return wire::Handover{own_.key->duplicate_bytes(), own_.claim, listed_for(roster, own_.epoch, caller.pin)};
}

void Responder::set_claim(const Claim& claim, bool may_hand_over) {
  own_.claim = claim;
  own_.may_hand_over = may_hand_over;
}

}  // namespace agent
