// SPDX-License-Identifier: ISC
// The gate as a table: every host with every mixture of up to four peers, decided by the program and by the rules of
// the design.
#include <array>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "agent/gate/decision.h"
#include "tests/agent/gate/decision_cases.h"
#include "tests/agent/gate/designed_rules.h"

namespace {

using agent::GateDecision;
using agent::OwnEvidence;
using agent::PeerVerdict;
using agent::Policy;
using agent::Reason;
using keystore::KeyState;
using tests::all_hosts;
using tests::all_peers;
using tests::for_each_multiset;
using tests::hosts_with;
using tests::Rule;
using tests::telling_peers;

using Peers = std::vector<PeerVerdict>;

constexpr std::array all_policies = {Policy::off,    Policy::warn,     Policy::local,
                                     Policy::normal, Policy::majority, Policy::strict};

std::string text_of(const OwnEvidence& own, const Peers& peers, Policy policy, const GateDecision& decision) {
  std::string text = "policy " + std::string(agent::policy_names.of(policy)) + ", key state " +
                     std::to_string(static_cast<int>(own.key)) + (own.unsafe ? " unsafe" : "") +
                     (own.has_record ? own.is_recorded ? " recorded" : " not recorded" : " without record") + " " +
                     std::string(keystore::name_of(own.standing)) + (own.settled ? " once settled" : "") +
                     (own.unreadable_record ? " unreadable record" : "");
  for (const PeerVerdict& peer : peers) {
    text += "\n  " + std::string(agent::name_of(peer.result)) + " " + std::string(keystore::name_of(peer.standing)) +
            (!peer.pin              ? " unmet"
             : peer.is_introduced() ? " introduced"
                                    : " by itself") +
            (peer.claim ? " generation " + std::to_string(peer.claim->generation) : "");
  }
  text += "\n  decided: " + std::string(decision.allowed ? "allowed" : "refused");
  for (const Reason reason : decision.reasons) text += " " + std::to_string(static_cast<int>(reason));
  return text;
}

bool is_as_designed(const OwnEvidence& own, const Peers& peers, Policy policy, const GateDecision& decision) {
  std::set<Rule> said;
  for (const Reason reason : decision.reasons) said.insert(tests::rule_of(reason));
  return said == tests::broken_rules(own, peers, policy) && decision.allowed == said.empty();
}

class Comparison {
 public:
  void add(const OwnEvidence& own, const Peers& peers, Policy policy) {
    const GateDecision decision = agent::decide(own, peers, policy);
    ++cases_;
    (decision.allowed ? allowed_ : refused_) += 1;
    if (is_as_designed(own, peers, policy, decision)) return;
    if (++differences_ == 1) first_ = text_of(own, peers, policy, decision);
  }
  void check(std::size_t at_least) const {
    INFO(first_);
    CHECK(differences_ == 0);
    CHECK(cases_ >= at_least);
    CHECK(allowed_ > 0);
    CHECK(refused_ > 0);
  }

 private:
  std::size_t cases_ = 0;
  std::size_t allowed_ = 0;
  std::size_t refused_ = 0;
  std::size_t differences_ = 0;
  std::string first_;
};

}  // namespace

TEST_CASE("every host, alone or with one peer of any kind, is decided as designed under every policy") {
  Comparison comparison;
  for (const OwnEvidence& own : all_hosts()) {
    for (const Policy policy : all_policies) {
      comparison.add(own, {}, policy);
      for (const PeerVerdict& peer : all_peers()) comparison.add(own, {peer}, policy);
    }
  }
  comparison.check(20'000);
}

TEST_CASE("every host that holds a key is decided as designed with any two peers") {
  Comparison comparison;
  for_each_multiset(all_peers(), 2, [&](const Peers& peers) {
    for (const OwnEvidence& own : hosts_with(KeyState::present, false)) comparison.add(own, peers, Policy::normal);
  });
  comparison.check(90'000);
}

TEST_CASE("every host that holds a key is decided as designed with three and four peers that matter to a rule") {
  Comparison comparison;
  auto hosts = hosts_with(KeyState::present, false);
  hosts.push_back({.key = KeyState::absent});
  for (const std::size_t size : {3U, 4U}) {
    for_each_multiset(telling_peers(), size, [&](const Peers& peers) {
      for (const OwnEvidence& own : hosts) {
        for (const Policy policy : {Policy::normal, Policy::majority, Policy::strict})
          comparison.add(own, peers, policy);
      }
    });
  }
  comparison.check(900'000);
}

TEST_CASE("the order in which peers answer decides nothing") {
  const Peers kinds = telling_peers();
  for (const OwnEvidence& own : hosts_with(KeyState::present, false)) {
    for_each_multiset(kinds, 3, [&](const Peers& peers) {
      const Peers reversed(peers.rbegin(), peers.rend());
      if (agent::decide(own, peers, Policy::normal).reasons == agent::decide(own, reversed, Policy::normal).reasons)
        return;
      FAIL_CHECK("order matters");
    });
  }
}
