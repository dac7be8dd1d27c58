// SPDX-License-Identifier: ISC
#include "agent/fleet/ask_peers.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "agent/fleet/agreement_round.h"
#include "agent/fleet/own_identity.h"
#include "agent/transport/peer_requests.h"
#include "platform/base/memory.h"
#include "platform/host/host_facts.h"
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
  return {.secret = 0,
          // The bound keeps a child that was taken over from filling the memory of its parent, which is root.
          .said = targets * answer_size,
          // The child ends by itself when the wait is over. This is only a backstop for one that hangs.
          .time = options.wait + limits::child_grace};
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

// The configuration is often the same on all hosts, so the list of peers includes this host, in any spelling. While our
// own listener is down, our own entry must not appear as a dead peer. Its addresses tell, and not its name.
class OwnEntry {
 public:
  explicit OwnEntry(const Host& host) : host_(host) {}

  [[nodiscard]] bool is_silent_self(const Address& asked, const Outcome& outcome) {
    const auto* trouble = std::get_if<Trouble>(&outcome);
    if (trouble == nullptr || trouble->kind != Trouble::Kind::unreachable || !is_own_port(asked.port)) return false;
    // A name that does not resolve has no addresses. Then only the name is left to compare.
    if (trouble->tried.empty()) return asked == own_address();
    return std::ranges::all_of(trouble->tried, [&](const std::string& tried) { return is_own(tried); });
  }

 private:
  bool is_own_port(std::uint16_t port) const {
    return std::ranges::any_of(host_.config.listen, [&](const Address& own) { return own.port == port; });
  }
  // Both may ask the operating system or a name server, so they wait until somebody is silent.
  const Address& own_address() {
    if (!address_) address_ = host_.address();
    return *address_;
  }
  bool is_own(const std::string& address) {
    if (is_loopback(address)) return true;
    if (!interfaces_) interfaces_ = platform::host_addresses();
    return std::ranges::find(*interfaces_, address) != interfaces_->end();
  }

  const Host& host_;
  std::optional<Address> address_;
  std::optional<std::vector<std::string>> interfaces_;
};

using Places = std::vector<std::size_t>;  // in the answers of a round

// A pin that answered several times is a host with several addresses, or copies of one host.
std::vector<Places> places_of_ambiguous_pins(const std::vector<PeerAnswer>& answers) {
  std::map<Pin, Places> places;
  for (std::size_t at = 0; at < answers.size(); ++at) {
    if (answers[at].pin) places[*answers[at].pin].push_back(at);
  }
  std::vector<Places> ambiguous;
  for (auto& [pin, at] : places) {
    if (at.size() > 1) ambiguous.push_back(std::move(at));
  }
  return ambiguous;
}

using Instances = std::map<std::size_t, Instance>;  // by the place of an answer; nothing for those that do not tell

Instances ask_instances(const Asker& asker, const std::vector<PeerAnswer>& answers, const std::vector<Places>& hosts,
                        std::chrono::milliseconds time) {
  Places places;
  for (const Places& host : hosts) places.insert(places.end(), host.begin(), host.end());
  std::vector<Address> addresses;
  for (const std::size_t at : places) addresses.push_back(answers[at].asked);
  const Question hello = [](std::size_t /*target*/, const Contact& /*contact*/) { return wire::Hello{}; };
  const auto outcomes = request_all(asker.identity, own_authority(asker.host.config), addresses, hello,
                                    RequestOptions{.context = asker.context, .time = time});
  Instances instances;
  for (std::size_t at = 0; at < outcomes.size(); ++at) {
    const auto* exchange = std::get_if<Exchange>(&outcomes[at]);
    const auto* reply = exchange == nullptr ? nullptr : std::get_if<wire::HelloReply>(&exchange->reply);
    if (reply != nullptr) instances.emplace(places[at], reply->instance);
  }
  return instances;
}

bool differ(const Places& host, const Instances& instances) {
  std::set<Instance> shown;
  for (const std::size_t at : host) {
    if (const auto told = instances.find(at); told != instances.end()) shown.insert(told->second);
  }
  return shown.size() > 1;
}

// Two machines are asked twice, and only an instance that stays the same counts: a host that restarts in between is not
// two hosts. Nearly always one host has two addresses, which shows the first time.
void ask_for_instances(const Asker& asker, std::vector<PeerAnswer>& answers, std::chrono::milliseconds time) {
  auto hosts = places_of_ambiguous_pins(answers);
  if (hosts.empty()) return;
  const auto first = ask_instances(asker, answers, hosts, time / 2);
  std::erase_if(hosts, [&](const Places& host) { return !differ(host, first); });
  if (hosts.empty()) return;
  for (const auto& [at, instance] : ask_instances(asker, answers, hosts, time / 2)) {
    const auto before = first.find(at);
    if (before != first.end() && before->second == instance) answers[at].instance = instance;
  }
}

}  // namespace

std::chrono::milliseconds wait_for(const Host& host, std::size_t addresses) {
  if (host.options.wait) return *host.options.wait;
  return limits::verify_wait + limits::verify_wait_per_address * static_cast<std::int64_t>(addresses);
}

std::vector<PeerAnswer> ask_peers_in_this_process(const Asker& asker, const std::vector<Target>& targets,
                                                  const AskOptions& options) {
  const AgreementRound round(asker, targets);
  const auto addresses = addresses_of(targets);
  OwnEntry own_entry(asker.host);
  const auto answers_of = [&](const std::vector<Outcome>& outcomes) {
    std::vector<PeerAnswer> answers;
    for (std::size_t at = 0; at < outcomes.size(); ++at) {
      answers.push_back(round.answer_of(at, outcomes[at]));
      if (own_entry.is_silent_self(addresses[at], outcomes[at])) answers.back().result = PeerResult::self;
    }
    return answers;
  };
  const auto end = std::chrono::steady_clock::now() + options.wait;
  RequestOptions ask{.context = asker.context,
                     .time = options.wait,
                     .try_again = options.try_again,
                     .progress = progress_for(asker.host, end)};
  // The caller decides on answers, as it will see them at the end, and not on what the transport calls an outcome.
  if (options.enough)
    ask.enough = [&](const std::vector<Outcome>& outcomes) { return options.enough(answers_of(outcomes)); };
  const Question question = [&](std::size_t /*target*/, const Contact& contact) { return round.question(contact); };
  auto answers = answers_of(request_all(asker.identity, own_authority(asker.host.config), addresses, question, ask));
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  ask_for_instances(asker, answers, std::max<std::chrono::milliseconds>(left, limits::shortest_round));
  return answers;
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
  if (answers) return std::move(*answers);
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
