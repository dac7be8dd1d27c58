// SPDX-License-Identifier: ISC
#include "agent/fleet/agreement_round.h"

#include <algorithm>

#include "agent/protocol/agreement.h"
#include "platform/host/host_facts.h"

namespace agent {

namespace {

// Both sides keep the rule for weak keys, so each has to pin the other.
void mark_as_unpinned(PeerAnswer& answer) {
  answer.result = PeerResult::untrusted;
  answer.detail = "the key is weak, so it is proved only between hosts that know each other's pin";
  answer.wants_adding = true;
}

PeerAnswer answer_of_trouble(PeerAnswer answer, const Trouble& trouble) {
  answer.pin = trouble.pin;
  answer.detail = trouble.reason;
  switch (trouble.kind) {
    case Trouble::Kind::unreachable: answer.result = PeerResult::unreachable; break;
    case Trouble::Kind::incompatible: answer.result = PeerResult::incompatible; break;
    case Trouble::Kind::untrusted: answer.result = PeerResult::untrusted; break;
    // We withheld the question ourselves. The peer is not to blame, but without a proof nothing can be said about it.
    case Trouble::Kind::withheld: mark_as_unpinned(answer); break;
  }
  return answer;
}

// The replies that need neither the key nor the channel to be understood.
void read_plain_reply(PeerAnswer& answer, const wire::Disagree& reply) {
  answer.result = PeerResult::disagree;
  answer.claim = reply.claim;
  answer.standing = reply.claim ? reply.claim->standing : reply.standing;
}

// A host without a key is not evidence of another key, so it must not be mixed with a disagreement.
void read_plain_reply(PeerAnswer& answer, const wire::NoKey& /*reply*/) { answer.result = PeerResult::no_key; }

// A reply that does not fit the question is a fault of the program there, or an attempt to confuse this one. It proves
// nothing either way.
void mark_as_other_subject(PeerAnswer& answer) {
  answer.result = PeerResult::incompatible;
  answer.detail = "it answers something that was not asked";
}

// This round never asks for a key. A key that comes unasked is dropped with its message.
void read_plain_reply(PeerAnswer& answer, const wire::Handover& /*reply*/) { mark_as_other_subject(answer); }

void read_plain_reply(PeerAnswer& answer, const wire::FactsReply& /*reply*/) { mark_as_other_subject(answer); }

// These replies mean something only together with who asked what on which channel.
template <class Reply>
concept NeedsContext = std::same_as<Reply, wire::HelloReply> || std::same_as<Reply, wire::AgreeReply> ||
                       std::same_as<Reply, wire::Refused>;

}  // namespace

AgreementRound::AgreementRound(const Asker& asker, const std::vector<Target>& targets)
    : asker_(asker), targets_(targets), instance_(platform::instance_id(asker.host.files.state_directory)) {
  // A host without a key can only ask who has one.
  if (asker.key == nullptr) return;
  proof_.emplace(*asker.key);
  weak_ = keystore::weakness_of(*asker.key).has_value();
}

std::optional<wire::Request> AgreementRound::question(const Contact& contact) const {
  // Two sides with the same pin are the case in which a proof could be reflected, so we never prove the key to our own
  // pin. A hello is enough to find out whether a copy of this machine answers.
  if (contact.pin == asker_.identity.pin() || !proof_) return wire::Hello{};
  // A proof of a weak key lets its receiver try keys offline until one fits, so only hosts that somebody vouched for
  // get it.
  const Peer* peer = weak_ ? asker_.roster.find(contact.pin) : nullptr;
  if (weak_ && (peer == nullptr || !is_vouched_for(*peer))) return std::nullopt;
  return prove_as_initiator(*proof_, contact.channel, asker_.claim);
}

PeerAnswer AgreementRound::answer_of(std::size_t target, const Outcome& outcome) const {
  PeerAnswer answer{.asked = targets_[target].address};
  if (const auto* trouble = std::get_if<Trouble>(&outcome)) return answer_of_trouble(std::move(answer), *trouble);
  const auto& exchange = std::get<Exchange>(outcome);
  answer.pin = exchange.contact.pin;
  std::visit(
      [&]<class Reply>(const Reply& reply) {
        if constexpr (NeedsContext<Reply>) {
          read_reply(answer, exchange, reply);
        } else {
          read_plain_reply(answer, reply);
        }
      },
      exchange.reply);
  return answer;
}

void AgreementRound::read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::HelloReply& reply) const {
  // The instance differs from machine to machine, even if a disk image carried the identity along. So it distinguishes
  // this host at another of its addresses from a clone.
  if (exchange.contact.pin == asker_.identity.pin()) {
    // If our own instance cannot be read, a clone cannot be ruled out, so it is reported.
    const bool here = instance_ && platform::hex_encode(reply.instance) == *instance_;
    answer.result = here ? PeerResult::self : PeerResult::clone;
    if (!here) answer.detail = "another machine shows this host's own identity";
    return;
  }
  // A peer that evades our proof with a hello's reply has proved nothing.
  if (!std::holds_alternative<wire::Hello>(exchange.request)) return mark_as_other_subject(answer);
  answer.result = reply.has_key ? PeerResult::has_key : PeerResult::no_key;
}

void AgreementRound::read_reply(PeerAnswer& answer, const Exchange& /*exchange*/, const wire::Refused& reply) const {
  answer.result = PeerResult::untrusted;
  switch (reply.why) {
    case wire::Refusal::removed:
      answer.detail = describe(reply.why);
      answer.wants_adding = true;
      return;
    // This round asks for agreement only. To that, a listener with a weak key answers this to a pin that it does not
    // know.
    case wire::Refusal::not_a_member: return mark_as_unpinned(answer);
    case wire::Refusal::not_ready:
    case wire::Refusal::unknown_ticket:
    case wire::Refusal::used_ticket:
    case wire::Refusal::expired_ticket:
    case wire::Refusal::banned:
    case wire::Refusal::not_offered:
    case wire::Refusal::yourself:
    case wire::Refusal::not_allowed: answer.detail = describe(reply.why); return;
  }
  __builtin_unreachable();
}

void AgreementRound::read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::AgreeReply& reply) const {
  const auto* request = std::get_if<wire::Agree>(&exchange.request);
  // The proof covers our own request, so without that request there is nothing to check it against.
  if (request == nullptr) return mark_as_other_subject(answer);
  // A host that holds the key can always prove it. Without the proof this is at best another program.
  if (!proof_ || !is_proof(*proof_, exchange.contact.channel, *request, reply)) {
    answer.result = PeerResult::untrusted;
    answer.detail = "it took our proof and gave none of its own";
    return;
  }
  answer.result = PeerResult::agree;
  // The claim is taken only after the proof, which covers it. Before that a stranger could claim any fleet or
  // generation.
  answer.claim = reply.claim;
  answer.standing = reply.claim.standing;
}

}  // namespace agent
