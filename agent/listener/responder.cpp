#include "agent/listener/responder.h"

#include <algorithm>

#include "agent/base/limits.h"

namespace agent {

namespace {

using platform::Result;
using platform::Time;

constexpr std::chrono::minutes counter_interval{1};

// Whether a proof says what the roster has already; then nothing is written for it.
bool tells_nothing_new(const Peer* known, const Peer& now) {
  return known != nullptr && known->epoch == now.epoch && known->claim == now.claim && known->name == now.name &&
         known->address == now.address && !known->drifted && now.seen - known->seen < limits::seen_again;
}

bool has_unspent_use(const TicketBook& book, const Pin& pin) {
  return std::ranges::any_of(book.tickets(), [&](const IssuedTicket& ticket) {
    return std::ranges::any_of(ticket.used_by, [&](const TicketUse& use) { return use.pin == pin && !use.spent; });
  });
}

std::vector<wire::ListedPeer> listed_for(const Roster& roster, const std::string& epoch, const Pin& except) {
  std::vector<wire::ListedPeer> members;
  for (const Peer* peer : roster.members(epoch)) {
    if (members.size() >= limits::roster_in_handover) break;
    if (peer->pin != except) members.push_back({peer->pin, peer->name, peer->address});
  }
  return members;
}

}  // namespace

Responder::Responder(OwnPart own, RosterFile roster, TicketFile tickets)
    : own_(std::move(own)), roster_(std::move(roster)), tickets_(std::move(tickets)) {
  if (own_.key) proof_.emplace(*own_.key);
}

Result<wire::Reply> Responder::respond(const wire::Request& request, const Caller& caller, Time now) {
  if (!std::holds_alternative<wire::Hello>(request)) {
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
  auto reply = prove_as_responder(*proof_, caller.channel, request, own_.claim);
  if (!reply) return TRY(record_failure(caller, now));
  TRY(record_proof(request, caller, now));
  return *reply;
}

Result<void> Responder::record_proof(const wire::Agree& request, const Caller& caller, Time now) {
  const Peer peer{.pin = caller.pin,
                  .name = request.claim.name,
                  .address = request.claim.address,
                  .acquaintance = Acquaintance::proved,
                  .seen = now,
                  .epoch = own_.epoch,
                  .claim = request.claim};
  const Roster& roster = TRY(roster_.current());
  if (!tells_nothing_new(roster.find(caller.pin), peer)) {
    TRY(roster_.update([&](Roster& changed) { changed.remember(peer); }));
  }
  const TicketBook& book = TRY(tickets_.current());
  if (!has_unspent_use(book, caller.pin)) return {};
  return tickets_.update([&](TicketBook& changed) { changed.spend(caller.pin); });
}

Result<wire::Disagree> Responder::record_failure(const Caller& caller, Time now) {
  const Roster& roster = TRY(roster_.current());
  const Peer* known = roster.find(caller.pin);
  if (known == nullptr) {
    ++unknown_failures_;
    if (now - flushed_ >= counter_interval) {
      flushed_ = now;
      TRY(flush());
    }
    return wire::Disagree{own_.claim.standing, std::nullopt};
  }
  if (!known->drifted) {
    TRY(roster_.update([&](Roster& changed) { changed.record_drift(caller.pin, now); }));
  }
  return wire::Disagree{own_.claim.standing, own_.claim};
}

Result<void> Responder::flush() {
  const auto count = std::exchange(unknown_failures_, 0);
  if (count == 0) return {};
  return roster_.update([count](Roster& roster) { roster.set_unknown_failures(roster.unknown_failures() + count); });
}

std::optional<wire::Reply> Responder::cannot_hand_over() const {
  if (!own_.key) return wire::NoKey{};
  if (!own_.may_hand_over) return wire::Refused{wire::Refusal::not_ready};
  return std::nullopt;
}

Responder::Reply Responder::answer(const wire::Join& request, const Caller& caller, Time now) {
  if (auto reply = cannot_hand_over()) return std::move(*reply);
  if (const auto refusal = TRY(check_ticket(request, caller, now))) return wire::Refused{*refusal};
  return hand_over(caller, request.name, request.address, now);
}

Result<std::optional<wire::Refusal>> Responder::check_ticket(const wire::Join& request, const Caller& caller,
                                                             Time now) {
  using Refusal = std::optional<wire::Refusal>;
  if (request.secret.empty()) {
    return own_.without_ticket && caller.allowed_by_ca ? Refusal() : Refusal(wire::Refusal::not_offered);
  }
  const std::string pin = caller.pin.text();
  if (bans_.is_banned(pin, now) || bans_.is_banned(caller.from, now)) return Refusal(wire::Refusal::banned);
  const TicketSecret secret = TRY(TicketSecret::create(request.secret.duplicate()));
  Refusal refusal;
  // Durable before the key goes: else a power cut would give the ticket's use to another host.
  TRY(tickets_.update([&](TicketBook& book) {
    bool changed = false;
    refusal = book.redeem(request.ticket, secret, caller.pin, now, changed);
  }));
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
  if (known == nullptr || known->epoch != own_.epoch) return wire::Refused{wire::Refusal::not_a_member};
  return hand_over(caller, request.name, request.address, now);
}

Responder::Reply Responder::hand_over(const Caller& caller, const std::string& name, const std::string& address,
                                      Time now) {
  const Peer peer{.pin = caller.pin,
                  .name = name,
                  .address = address,
                  .acquaintance = Acquaintance::joined,
                  .seen = now,
                  .epoch = own_.epoch};
  TRY(roster_.update([&](Roster& changed) { changed.remember(peer); }));
  const Roster& roster = TRY(roster_.current());
  return wire::Handover{own_.key->duplicate_bytes(), own_.claim, listed_for(roster, own_.epoch, caller.pin)};
}

void Responder::set_claim(const Claim& claim, bool may_hand_over) {
  own_.claim = claim;
  own_.may_hand_over = may_hand_over;
}

}  // namespace agent
