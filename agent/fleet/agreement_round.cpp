#include "agent/fleet/agreement_round.h"

#include <algorithm>

#include "agent/protocol/agreement.h"
#include "platform/host/host_facts.h"

namespace agent {

namespace {

PeerAnswer answer_of_trouble(PeerAnswer answer, const Trouble& trouble) {
  answer.pin = trouble.pin;
  answer.detail = trouble.reason;
  switch (trouble.kind) {
    case Trouble::Kind::unreachable: answer.result = PeerResult::unreachable; break;
    case Trouble::Kind::incompatible: answer.result = PeerResult::incompatible; break;
    case Trouble::Kind::untrusted: answer.result = PeerResult::untrusted; break;
    case Trouble::Kind::withheld:
      answer.result = PeerResult::untrusted;
      answer.detail = "this host's key is weak, and is proved only to peers that are known by their pin";
      break;
  }
  return answer;
}

// The replies that need neither the key nor the channel to be understood.
void read_plain_reply(PeerAnswer& answer, const wire::Disagree& reply) {
  answer.result = PeerResult::disagree;
  answer.claim = reply.claim;
  answer.standing = reply.claim ? reply.claim->standing : reply.standing;
}

void read_plain_reply(PeerAnswer& answer, const wire::NoKey& /*reply*/) { answer.result = PeerResult::no_key; }

void read_plain_reply(PeerAnswer& answer, const wire::Refused& reply) {
  answer.result = PeerResult::untrusted;
  answer.detail = describe(reply.why);
}

void mark_as_other_subject(PeerAnswer& answer) {
  answer.result = PeerResult::incompatible;
  answer.detail = "it answers something that was not asked";
}

void read_plain_reply(PeerAnswer& answer, const wire::Handover& /*reply*/) { mark_as_other_subject(answer); }

template <class Reply>
concept NeedsContext = std::same_as<Reply, wire::HelloReply> || std::same_as<Reply, wire::AgreeReply>;

}  // namespace

AgreementRound::AgreementRound(const Asker& asker, const std::vector<Target>& targets)
    : asker_(asker), targets_(targets), instance_(platform::instance_id(asker.host.files.state_directory)) {
  if (asker.key == nullptr) return;
  proof_.emplace(*asker.key);
  weak_ = keystore::weakness_of(*asker.key).has_value();
}

std::optional<wire::Request> AgreementRound::question(const Contact& contact) const {
  if (contact.pin == asker_.identity.pin() || !proof_) return wire::Hello{};
  if (weak_ && !is_known(asker_, contact.pin)) return std::nullopt;
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
  if (exchange.contact.pin == asker_.identity.pin()) {
    const bool here = instance_ && platform::hex_encode(reply.instance) == *instance_;
    answer.result = here ? PeerResult::self : PeerResult::clone;
    if (!here) answer.detail = "another machine shows this host's own identity";
    return;
  }
  if (!std::holds_alternative<wire::Hello>(exchange.request)) return mark_as_other_subject(answer);
  answer.result = reply.has_key ? PeerResult::has_key : PeerResult::no_key;
}

void AgreementRound::read_reply(PeerAnswer& answer, const Exchange& exchange, const wire::AgreeReply& reply) const {
  const auto* request = std::get_if<wire::Agree>(&exchange.request);
  if (request == nullptr) return mark_as_other_subject(answer);
  if (!proof_ || !is_proof(*proof_, exchange.contact.channel, *request, reply)) {
    answer.result = PeerResult::untrusted;
    answer.detail = "it took our proof and gave none of its own";
    return;
  }
  answer.result = PeerResult::agree;
  answer.claim = reply.claim;
  answer.standing = reply.claim.standing;
}

}  // namespace agent
