#include "agent/fleet/ask_peers.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "agent/base/limits.h"
#include "agent/fleet/agreement_round.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/peer_requests.h"
#include "platform/base/memory.h"
#include "platform/processes/forked_child.h"
#include "platform/processes/terminal.h"

namespace agent {

namespace {

using platform::ChildReport;

constexpr std::size_t answer_size = 2048;  // an encoded PeerAnswer is smaller

std::vector<Address> addresses_of(const std::vector<Target>& targets) {
  std::vector<Address> addresses;
  std::ranges::transform(targets, std::back_inserter(addresses), &Target::address);
  return addresses;
}

platform::ChildLimits limits_for(std::size_t targets, const InquiryOptions& options) {
  // Connecting and talking each have their time, and a crowd takes its turns.
  const auto turns = static_cast<std::int64_t>(targets / limits::handshakes_in_flight + 1);
  return {.secret = 0,
          .said = targets * answer_size,
          .time = options.wait + (turns + 1) * 2 * options.time_per_peer + limits::child_grace};
}

// The same list of peers is on every host. Our own entry in it is no dead peer while our listener is down.
void recognise_silent_self(const Host& host, PeerAnswer& answer) {
  if (answer.result == PeerResult::unreachable && answer.asked == host.address()) answer.result = PeerResult::self;
}

}  // namespace

std::function<void(std::size_t, std::size_t)> progress_for(const Host& host) {
  if (host.options.quiet || !platform::stderr_is_terminal()) return nullptr;
  return [](std::size_t answered, std::size_t all) {
    std::cerr << "genkey-agent: waiting for peers, " << answered << " of " << all << " have answered\n";
  };
}

bool is_known(const Asker& asker, const Pin& pin) { return std::ranges::find(asker.known, pin) != asker.known.end(); }

std::vector<Target> targets_of(const Host& host, const Roster& roster, platform::Time now) {
  std::vector<Target> targets;
  std::set<Address> added;
  const auto add = [&](const Address& address, bool configured) {
    if (added.insert(address).second) targets.push_back({address, configured});
  };
  for (const Address& address : host.config.peers) add(address, true);
  for (const std::string& text : roster.addresses()) {
    if (const auto address = parse_address(text)) add(*address, true);
  }
  for (const Peer& peer : roster.peers()) {
    const auto address = parse_address(peer.address);
    const bool recent = peer.acquaintance == Acquaintance::pinned || now - peer.seen <= limits::unseen;
    if (address && recent) add(*address, false);
  }
  return targets;
}

std::vector<PeerAnswer> inquire_here(const Asker& asker, const std::vector<Target>& targets,
                                     const InquiryOptions& options) {
  const AgreementRound round(asker, targets);
  const auto addresses = addresses_of(targets);
  const auto judged = [&](const std::vector<Outcome>& outcomes) {
    std::vector<PeerAnswer> answers;
    for (std::size_t at = 0; at < outcomes.size(); ++at) answers.push_back(round.judge(at, outcomes[at]));
    return answers;
  };
  RequestOptions ask{.context = asker.context,
                     .time_per_peer = options.time_per_peer,
                     .wait = options.wait,
                     .progress = progress_for(asker.host)};
  if (options.enough)
    ask.enough = [&](const std::vector<Outcome>& outcomes) { return options.enough(judged(outcomes)); };
  const Question question = [&](std::size_t /*target*/, const Contact& contact) { return round.question(contact); };
  return judged(request_all(asker.identity, own_authority(asker.host.config), addresses, question, ask));
}

std::vector<PeerAnswer> inquire(const Asker& asker, const std::vector<Target>& targets, const InquiryOptions& options) {
  if (targets.empty()) return {};
  const auto said = platform::run_in_child(asker.host.agent, limits_for(targets.size(), options), [&] {
    platform::raise_descriptor_limit();
    return ChildReport{platform::SecretBytes(), encode(inquire_here(asker, targets, options))};
  });
  const auto addresses = addresses_of(targets);
  auto answers = said ? decode_answers(said->said, addresses) : std::nullopt;
  if (answers) {
    for (PeerAnswer& answer : *answers) recognise_silent_self(asker.host, answer);
    return std::move(*answers);
  }
  std::vector<PeerAnswer> none;
  for (const Address& address : addresses) {
    none.push_back(
        {.asked = address, .detail = said ? "the process that talks to peers spoke nonsense" : said.error().message});
  }
  return none;
}

}  // namespace agent
