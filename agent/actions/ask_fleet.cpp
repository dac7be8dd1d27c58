// SPDX-License-Identifier: ISC
#include "agent/actions/ask_fleet.h"

#include <algorithm>
#include <array>

#include "agent/actions/reported_facts.h"
#include "agent/base/limits.h"
#include "agent/doctor/own_facts.h"
#include "agent/report/peers.h"

namespace agent {

namespace {

using platform::Result;

// Those that the listener makes for each reply, and so are never old.
constexpr std::array live = {"agent.version", "backup", "drill", "gate"};

// What was collected long ago is not known any more.
void forget_old(HostEvidence& host) {
  if (!host.facts || (host.age && *host.age <= limits::facts_stale_after)) return;
  std::erase_if(*host.facts, [](const auto& fact) { return std::ranges::find(live, fact.first) == live.end(); });
}

std::string reason_of(const FactsAnswer& answer) {
  if (answer.closed) return "a newer genkey-agent on that host: it closed the connection, as earlier versions do";
  return "its facts: " + answer.why;
}

}  // namespace

HostEvidence evidence_about(const Host& host, Facts facts, const keystore::GenKey* key) {
  facts.merge(facts_of_agent(host, platform::now()));
  if (key != nullptr) facts = with_digests(std::move(facts), keystore::FactsProof(*key));
  return {.name = host.name,
          .address = host.address().text(),
          .own = true,
          .result = PeerResult::self,
          .facts = std::move(facts),
          .age = std::chrono::milliseconds(0)};
}

std::vector<HostEvidence> evidence_about(const std::vector<PeerVerdict>& peers, const std::vector<std::size_t>& places,
                                         const std::vector<FactsAnswer>& answers) {
  std::vector<HostEvidence> hosts;
  for (const PeerVerdict& peer : peers) {
    hosts.push_back({.name = short_name(peer, peers),
                     .address = peer.address,
                     .result = peer.result,
                     .detail = peer.detail,
                     .introduced = peer.introduced_by != Introduction::itself});
  }
  for (std::size_t at = 0; at < answers.size(); ++at) {
    HostEvidence& host = hosts.at(places.at(at));
    const FactsAnswer& answer = answers[at];
    if (!answer.reported) {
      host.no_facts = reason_of(answer);
      continue;
    }
    host.facts = answer.reported->facts;
    host.age = answer.reported->age;
    forget_old(host);
  }
  return hosts;
}

Result<FleetRound> ask_fleet(const Host& host, const Member& member, RosterFile& roster_file) {
  const Roster& roster = TRY(roster_file.current());
  const auto targets = targets_of(host, roster);
  const auto wait = wait_for(host, targets.size());
  FleetRound round;
  round.peers = without_this_host(TRY(ask(host, member, roster_file, targets, {.wait = wait})));
  std::vector<std::size_t> places;
  const auto of_facts = facts_targets(round.peers, places);
  // The roster may have been read anew.
  const Roster& now = TRY(roster_file.current());
  const auto answers = ask_for_facts(asker_for(host, member, now), of_facts, {.wait = wait, .fresh = false});
  Facts facts = TRY(own_facts(host));
  round.evidence.hosts.push_back(evidence_about(host, std::move(facts), &*member.holding.key));
  std::vector<HostEvidence> peers = evidence_about(round.peers, places, answers);
  for (std::size_t at = 0; at < answers.size(); ++at) {
    if (answers[at].reported) round.reporting.push_back({peers.at(places.at(at)).name, of_facts[at]});
  }
  std::ranges::move(peers, std::back_inserter(round.evidence.hosts));
  return round;
}

}  // namespace agent
