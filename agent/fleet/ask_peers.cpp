// SPDX-License-Identifier: ISC
#include "agent/fleet/ask_peers.h"

#include <algorithm>

#include "agent/fleet/agreement_round.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/peer_requests.h"
#include "platform/base/memory.h"
#include "platform/processes/forked_child.h"

namespace agent {

namespace {

using platform::ChildReport;

constexpr std::size_t answer_size = 2048;  // an encoded PeerAnswer is smaller

std::vector<Address> addresses_of(const std::vector<Target>& targets) {
  std::vector<Address> addresses;
  std::ranges::transform(targets, std::back_inserter(addresses), &Target::address);
  return addresses;
}

platform::ChildLimits limits_for(std::size_t targets, const AskOptions& options) {
  // Each peer has time_per_peer to connect and as much again to talk. With more peers than handshakes in flight the
  // rest waits for a turn, so the child's limit grows with the number of turns. It is only a backstop for a child that
  // hangs.
  const auto turns = static_cast<std::int64_t>(targets / limits::handshakes_in_flight + 1);
  return {.secret = 0,
          // The bound keeps a child that was taken over from filling the memory of its parent, which is root.
          .said = targets * answer_size,
          .time = options.wait + (turns + 1) * 2 * options.time_per_peer + limits::child_grace};
}

// The configuration is often the same on all hosts, so the list of peers includes this host. While our own listener is
// down, our own entry must not appear as a dead peer.
void recognise_silent_self(const Host& host, PeerAnswer& answer) {
  if (answer.result == PeerResult::unreachable && answer.asked == host.address()) answer.result = PeerResult::self;
}

}  // namespace

std::vector<PeerAnswer> ask_peers_in_this_process(const Asker& asker, const std::vector<Target>& targets,
                                                  const AskOptions& options) {
  const AgreementRound round(asker, targets);
  const auto addresses = addresses_of(targets);
  const auto answers_of = [&](const std::vector<Outcome>& outcomes) {
    std::vector<PeerAnswer> answers;
    for (std::size_t at = 0; at < outcomes.size(); ++at) answers.push_back(round.answer_of(at, outcomes[at]));
    return answers;
  };
  RequestOptions ask{.context = asker.context,
                     .time_per_peer = options.time_per_peer,
                     .wait = options.wait,
                     .progress = progress_for(asker.host)};
  // The caller decides on answers, as it will see them at the end, and not on what the transport calls an outcome.
  if (options.enough)
    ask.enough = [&](const std::vector<Outcome>& outcomes) { return options.enough(answers_of(outcomes)); };
  const Question question = [&](std::size_t /*target*/, const Contact& contact) { return round.question(contact); };
  return answers_of(request_all(asker.identity, own_authority(asker.host.config), addresses, question, ask));
}

std::vector<PeerAnswer> ask_peers(const Asker& asker, const std::vector<Target>& targets, const AskOptions& options) {
  // A single host has no peers. Its gate should not pay for a process at each start.
  if (targets.empty()) return {};
  const auto said = platform::run_in_child(asker.host.agent, limits_for(targets.size(), options), [&] {
    // One descriptor per connection in flight. The usual soft limit would fail some peers of a large fleet, which would
    // look like dead hosts.
    platform::raise_descriptor_limit();
    return ChildReport{platform::SecretBytes(), encode(ask_peers_in_this_process(asker, targets, options))};
  });
  const auto addresses = addresses_of(targets);
  auto answers = said ? decode_answers(said->said, addresses) : std::nullopt;
  if (answers) {
    for (PeerAnswer& answer : *answers) recognise_silent_self(asker.host, answer);
    return std::move(*answers);
  }
  // The round failed as a whole, which says nothing about any peer. All are unreachable with the reason, so that nobody
  // is accused and no agreement is invented.
  std::vector<PeerAnswer> none;
  for (const Address& address : addresses) {
    none.push_back(
        {.asked = address, .detail = said ? "the process that talks to peers spoke nonsense" : said.error().message});
  }
  return none;
}

}  // namespace agent
