// SPDX-License-Identifier: ISC
#include "agent/fleet/ask_facts.h"

#include <algorithm>

#include "agent/base/limits.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/peer_requests.h"
#include "platform/base/memory.h"
#include "platform/host/host_facts.h"
#include "platform/processes/forked_child.h"

namespace agent {

namespace {

using platform::ChildReport;

constexpr std::size_t longest_reason_alone = 1024;  // an encoded FactsAnswer without facts is smaller

FactsAnswer without_facts(std::string why) { return {.reported = std::nullopt, .why = std::move(why)}; }

// The questions of a round, and what the replies to them mean.
class FactsRound {
 public:
  FactsRound(const Asker& asker, const std::vector<FactsTarget>& targets, bool fresh)
      : asker_(asker),
        targets_(targets),
        fresh_(fresh),
        proof_(*asker.key),
        weak_(keystore::weakness_of(*asker.key).has_value()) {}

  [[nodiscard]] std::optional<wire::Request> question(std::size_t target, const Contact& contact) const {
    // Another host may answer at this address by now. It has proved nothing in this run.
    if (contact.pin != targets_[target].pin || contact.pin == asker_.identity.pin()) return std::nullopt;
    // As in agreement_round: a weak key is proved only to hosts that somebody vouched for.
    const Peer* peer = weak_ ? asker_.roster.find(contact.pin) : nullptr;
    if (weak_ && (peer == nullptr || !is_vouched_for(*peer))) return std::nullopt;
    return ask_for_facts(proof_, contact.channel, asker_.claim, fresh_);
  }

  [[nodiscard]] FactsAnswer answer_of(const Outcome& outcome) const {
    if (const auto* trouble = std::get_if<Trouble>(&outcome)) return answer_of_trouble(*trouble);
    const auto& exchange = std::get<Exchange>(outcome);
    if (const auto* reply = std::get_if<wire::FactsReply>(&exchange.reply)) {
      auto facts = facts_in(proof_, exchange.contact.channel, std::get<wire::AskFacts>(exchange.request), *reply);
      if (!facts) return without_facts("its facts came without a proof of the key");
      return {.reported = std::move(*facts)};
    }
    if (const auto* refused = std::get_if<wire::Refused>(&exchange.reply)) {
      const bool off = refused->why == wire::Refusal::not_offered;
      return without_facts(off ? "its configuration has [serve] facts = false" : std::string(describe(refused->why)));
    }
    if (std::holds_alternative<wire::Disagree>(exchange.reply) || std::holds_alternative<wire::NoKey>(exchange.reply))
      return without_facts("its key changed during this run");
    return without_facts("it answers something that was not asked");
  }

 private:
  static FactsAnswer answer_of_trouble(const Trouble& trouble) {
    FactsAnswer answer = without_facts(trouble.reason);
    if (trouble.kind == Trouble::Kind::withheld) answer.why = "another host answers at its address now";
    answer.closed = trouble.reason == tls::closed_without_answer;
    return answer;
  }

  const Asker& asker_;
  const std::vector<FactsTarget>& targets_;
  bool fresh_;
  keystore::FactsProof proof_;
  bool weak_;
};

std::vector<FactsAnswer> ask_in_this_process(const Asker& asker, const std::vector<FactsTarget>& targets,
                                             const FactsOptions& options) {
  const FactsRound round(asker, targets, options.fresh);
  std::vector<Address> addresses;
  std::ranges::transform(targets, std::back_inserter(addresses), &FactsTarget::address);
  const auto end = std::chrono::steady_clock::now() + options.wait;
  auto progress = progress_for(asker.host, end);
  if (!options.shows_progress) progress = nullptr;
  const Question question = [&](std::size_t target, const Contact& contact) { return round.question(target, contact); };
  const auto outcomes = request_all(asker.identity, own_authority(asker.host.config), addresses, question,
                                    {.context = asker.context, .time = options.wait, .progress = progress});
  std::vector<FactsAnswer> answers;
  std::ranges::transform(outcomes, std::back_inserter(answers),
                         [&](const Outcome& outcome) { return round.answer_of(outcome); });
  return answers;
}

}  // namespace

std::vector<FactsTarget> facts_targets(const std::vector<PeerVerdict>& peers, std::vector<std::size_t>& places) {
  std::vector<FactsTarget> targets;
  for (std::size_t at = 0; at < peers.size(); ++at) {
    const PeerVerdict& peer = peers[at];
    const auto address = parse_address(peer.proved_at.empty() ? peer.address : peer.proved_at.front());
    if (!peer.agrees() || !peer.is_introduced() || !peer.shown || !address) continue;
    targets.push_back({*address, *peer.shown});
    places.push_back(at);
  }
  return targets;
}

std::vector<FactsAnswer> ask_for_facts(const Asker& asker, const std::vector<FactsTarget>& targets,
                                       const FactsOptions& options) {
  if (targets.empty()) return {};
  // The parent is root, so what the child may say is bounded.
  const platform::ChildLimits bounds{.secret = 0,
                                     .said = limits::facts_in_all + targets.size() * longest_reason_alone,
                                     .time = options.wait + limits::child_grace};
  const auto said = platform::run_in_child(asker.host.agent, bounds, [&] {
    platform::raise_descriptor_limit();
    return ChildReport{platform::SecretBytes(), encode(ask_in_this_process(asker, targets, options))};
  });
  auto answers = said ? decode_facts_answers(said->said, targets.size()) : std::nullopt;
  if (answers) return std::move(*answers);
  const auto why = said ? "the process that talks to peers spoke nonsense" : said.error().message;
  return std::vector<FactsAnswer>(targets.size(), without_facts(why));
}

}  // namespace agent
