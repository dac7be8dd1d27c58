// The gate as a table: every host with every mixture of up to four peers, decided by the program and by the rules of
// the design written down a second time, here, as tallies.
#include "agent/gate/decision.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "platform/base/enumerators.h"

namespace {

using agent::GateDecision;
using agent::OwnEvidence;
using agent::PeerEvidence;
using agent::PeerResult;
using agent::Policy;
using agent::Reason;
using keystore::FleetClaim;
using keystore::FleetId;
using keystore::KeyState;
using keystore::Standing;

using Peers = std::vector<PeerEvidence>;

constexpr std::array all_standings = {Standing::provisional, Standing::chosen, Standing::established};
constexpr std::array all_policies = {Policy::off,    Policy::warn,     Policy::local,
                                     Policy::normal, Policy::majority, Policy::strict};
constexpr std::uint32_t own_generation = 3;
constexpr std::uint32_t absurd_generation = 0xffffffff;

FleetId fleet_of(std::uint8_t number) {
  FleetId fleet;
  fleet.bytes.fill(std::byte{number});
  return fleet;
}

FleetClaim claim_of(const FleetId& fleet, std::uint32_t generation) { return {fleet, generation, Standing::chosen}; }

// What is wrong, by the numbers of the design; 6 and 7 are the two policies that want more than evidence against.
enum Rule : std::uint8_t { missing = 1, unsafe = 2, another = 3, unconfirmed = 4, outvoted = 5, few = 6, not_all = 7 };

Rule rule_of(Reason reason) {
  switch (reason) {
    case Reason::no_key:
    case Reason::lost_key:
    case Reason::invalid_key: return missing;
    case Reason::unsafe_key: return unsafe;
    case Reason::not_recorded: return another;
    case Reason::unconfirmed: return Rule::unconfirmed;
    case Reason::outnumbered:
    case Reason::later_generation: return outvoted;
    case Reason::no_majority: return few;
    case Reason::not_all_agree: return not_all;
  }
  __builtin_unreachable();
}

struct Tally {
  int asked = 0;             // all but this host and copies of it
  int agreeing = 0;          // proved the key
  int vouching = 0;          // of these, established and known
  int against = 0;           // established, known, and another key
  int strongest_other = -1;  // the highest standing among those with another key
  bool superseded = false;   // a later generation of this fleet exists
};

Tally tally(const OwnEvidence& own, const Peers& peers) {
  Tally sum;
  for (const PeerEvidence& peer : peers) {
    if (peer.result == PeerResult::self || peer.result == PeerResult::clone) continue;
    ++sum.asked;
    if (peer.result == PeerResult::agree) {
      ++sum.agreeing;
      if (peer.known && peer.standing == Standing::established) ++sum.vouching;
    }
    if (peer.result != PeerResult::disagree) continue;
    sum.strongest_other = std::max(sum.strongest_other, static_cast<int>(peer.standing));
    // A host that no pin has ever proved is being brought into a fleet: whom its configuration names is known.
    const bool trusted = own.ever_proved ? peer.known : peer.known || peer.configured;
    if (!trusted) continue;
    if (peer.standing == Standing::established) ++sum.against;
    if (!own.has_record || !peer.claim || peer.claim->fleet != own.fleet) continue;
    if (peer.claim->generation > 0x80000000U) continue;
    sum.superseded = sum.superseded || peer.claim->generation > own.generation;
  }
  return sum;
}

std::set<Rule> broken_rules(const OwnEvidence& own, const Peers& everybody, Policy policy) {
  std::set<Rule> broken;
  if (policy == Policy::off) return broken;
  const Tally sum = policy == Policy::local ? Tally() : tally(own, everybody);
  const bool has_key = own.key == KeyState::present;
  if (own.key == KeyState::absent || own.key == KeyState::invalid) broken.insert(missing);
  if (own.unsafe || own.key == KeyState::unreadable || own.key == KeyState::unsafe) broken.insert(unsafe);
  if (has_key && own.has_record && !own.is_recorded && sum.vouching == 0) broken.insert(another);
  const bool sure = own.standing == Standing::established || sum.agreeing > 0;
  if (has_key && !sure && sum.strongest_other >= static_cast<int>(own.standing)) broken.insert(Rule::unconfirmed);
  if (has_key && sure && (sum.against > sum.agreeing + 1 || sum.superseded)) broken.insert(outvoted);
  // More than half of the fleet, this host among them, and at least one other.
  if (policy == Policy::majority && (sum.asked == 0 || 2 * (1 + sum.agreeing) <= 1 + sum.asked)) broken.insert(few);
  if (policy == Policy::strict && (sum.asked == 0 || sum.agreeing < sum.asked)) broken.insert(not_all);
  return broken;
}

// "none" has no record; who does not hold the recorded key is provisional, whatever the record says.
std::vector<OwnEvidence> hosts_with(KeyState key, bool unsafe_file) {
  OwnEvidence none{.key = key, .unsafe = unsafe_file};
  std::vector<OwnEvidence> hosts = {none};
  for (const bool proved : {false, true}) {
    OwnEvidence host{.key = key, .unsafe = unsafe_file, .has_record = true, .fleet = fleet_of(1)};
    host.generation = own_generation;
    host.ever_proved = proved;
    hosts.push_back(host);
    if (key != KeyState::present) continue;
    host.is_recorded = true;
    for (const Standing standing : all_standings) {
      host.standing = standing;
      hosts.push_back(host);
    }
  }
  return hosts;
}

std::vector<OwnEvidence> all_hosts() {
  std::vector<OwnEvidence> hosts;
  for (const KeyState key :
       {KeyState::absent, KeyState::present, KeyState::invalid, KeyState::unsafe, KeyState::unreadable}) {
    for (const bool unsafe_file : {false, true}) {
      for (const OwnEvidence& host : hosts_with(key, unsafe_file)) hosts.push_back(host);
    }
  }
  return hosts;
}

std::vector<std::optional<FleetClaim>> all_claims() {
  return {std::nullopt,
          claim_of(fleet_of(1), own_generation - 1),
          claim_of(fleet_of(1), own_generation),
          claim_of(fleet_of(1), own_generation + 1),
          claim_of(fleet_of(1), keystore::largest_generation),
          claim_of(fleet_of(1), absurd_generation),
          claim_of(fleet_of(2), own_generation + 1),
          claim_of(FleetId(), own_generation + 1)};
}

Peers all_peers() {
  Peers peers;
  for (const PeerResult answered : platform::all_of<PeerResult>()) {
    const bool has_key = answered == PeerResult::agree || answered == PeerResult::disagree;
    for (const bool known : {false, true}) {
      for (const bool configured : {false, true}) {
        for (const Standing standing : all_standings) {
          for (const auto& claim : has_key ? all_claims() : std::vector<std::optional<FleetClaim>>(1))
            peers.push_back({answered, known, configured, standing, claim});
        }
      }
    }
  }
  return peers;
}

// Those that differ in what the rules look at.
Peers telling_peers() {
  Peers peers;
  for (const Standing standing : all_standings) {
    for (const auto& claim : {std::optional<FleetClaim>(), std::optional(claim_of(fleet_of(1), own_generation + 1))}) {
      peers.push_back({PeerResult::disagree, true, false, standing, claim});
      peers.push_back({PeerResult::disagree, false, true, standing, claim});
      peers.push_back({PeerResult::disagree, false, false, standing, claim});
    }
  }
  for (const bool known : {false, true}) {
    peers.push_back({PeerResult::agree, known, true, Standing::established, {}});
    peers.push_back({PeerResult::agree, known, true, Standing::chosen, {}});
  }
  for (const PeerResult result :
       {PeerResult::no_key, PeerResult::unreachable, PeerResult::untrusted, PeerResult::clone, PeerResult::self})
    peers.push_back({result, true, true, Standing::established, {}});
  return peers;
}

void for_each_multiset(const Peers& kinds, std::size_t size, const std::function<void(const Peers&)>& visit,
                       std::size_t from = 0, Peers chosen = {}) {
  if (chosen.size() == size) return visit(chosen);
  for (std::size_t at = from; at < kinds.size(); ++at) {
    chosen.push_back(kinds[at]);
    for_each_multiset(kinds, size, visit, at, chosen);
    chosen.pop_back();
  }
}

std::string text_of(const OwnEvidence& own, const Peers& peers, Policy policy, const GateDecision& decision) {
  std::string text = "policy " + std::string(agent::policy_names.of(policy)) + ", key state " +
                     std::to_string(static_cast<int>(own.key)) + (own.unsafe ? " unsafe" : "") +
                     (own.has_record ? own.is_recorded ? " recorded" : " not recorded" : " without record") + " " +
                     std::string(keystore::name_of(own.standing)) + (own.ever_proved ? " once proved" : "");
  for (const PeerEvidence& peer : peers) {
    text += "\n  " + std::string(agent::name_of(peer.result)) + " " + std::string(keystore::name_of(peer.standing)) +
            (peer.known ? " known" : "") + (peer.configured ? " configured" : "") +
            (peer.claim ? " generation " + std::to_string(peer.claim->generation) : "");
  }
  text += "\n  decided: " + std::string(decision.allowed ? "allowed" : "refused");
  for (const Reason reason : decision.reasons) text += " " + std::to_string(static_cast<int>(reason));
  return text;
}

bool is_as_designed(const OwnEvidence& own, const Peers& peers, Policy policy, const GateDecision& decision) {
  std::set<Rule> said;
  for (const Reason reason : decision.reasons) said.insert(rule_of(reason));
  return said == broken_rules(own, peers, policy) && decision.allowed == said.empty();
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

TEST_CASE("every host, alone or with one peer of any kind, is judged as designed under every policy") {
  Comparison comparison;
  for (const OwnEvidence& own : all_hosts()) {
    for (const Policy policy : all_policies) {
      comparison.add(own, {}, policy);
      for (const PeerEvidence& peer : all_peers()) comparison.add(own, {peer}, policy);
    }
  }
  comparison.check(50'000);
}

TEST_CASE("every host that holds a key is judged as designed with any two peers") {
  Comparison comparison;
  for_each_multiset(all_peers(), 2, [&](const Peers& peers) {
    for (const OwnEvidence& own : hosts_with(KeyState::present, false)) comparison.add(own, peers, Policy::normal);
  });
  comparison.check(300'000);
}

TEST_CASE("every host that holds a key is judged as designed with three and four peers that matter to a rule") {
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

namespace {

OwnEvidence host_with(Standing standing) {
  OwnEvidence own{.key = KeyState::present, .has_record = true, .is_recorded = true, .standing = standing};
  own.fleet = fleet_of(1);
  own.ever_proved = standing == Standing::established;
  return own;
}

PeerEvidence known(PeerResult result, Standing standing = Standing::established) {
  return {.result = result, .known = true, .configured = true, .standing = standing};
}

PeerEvidence stranger(PeerResult result, Standing standing) {
  return {.result = result, .configured = true, .standing = standing};
}

bool starts(const OwnEvidence& own, const Peers& peers) { return agent::decide(own, peers, Policy::normal).allowed; }

}  // namespace

TEST_CASE("a host that lost its key is told so, and one that never had one is told to get it") {
  OwnEvidence own{.key = KeyState::absent};
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::no_key});
  own.has_record = true;
  CHECK(agent::decide(own, {}, Policy::local).reasons == std::vector{Reason::lost_key});
}

TEST_CASE("two hosts and one drifts: the drifted one is refused, the other starts and says so") {
  OwnEvidence drifted = host_with(Standing::provisional);
  drifted.is_recorded = false;
  CHECK_FALSE(starts(drifted, {known(PeerResult::disagree)}));
  const auto healthy = agent::decide(host_with(Standing::established),
                                     {stranger(PeerResult::disagree, Standing::provisional)}, Policy::normal);
  CHECK(healthy.allowed);
  CHECK(healthy.wrong_elsewhere);
}

TEST_CASE("a fleet split two to two starts on both sides, because neither outnumbers the other") {
  CHECK(starts(host_with(Standing::established),
               {known(PeerResult::agree), known(PeerResult::disagree), known(PeerResult::disagree)}));
}

TEST_CASE("a fleet split three to two stops the two and not the three") {
  CHECK_FALSE(starts(host_with(Standing::established), {known(PeerResult::agree), known(PeerResult::disagree),
                                                        known(PeerResult::disagree), known(PeerResult::disagree)}));
  CHECK(starts(host_with(Standing::established), {known(PeerResult::agree), known(PeerResult::agree),
                                                  known(PeerResult::disagree), known(PeerResult::disagree)}));
}

TEST_CASE("a reinstalled host that made a key of its own is held, and does not hold the fleet") {
  CHECK_FALSE(starts(host_with(Standing::chosen), {stranger(PeerResult::disagree, Standing::established)}));
  CHECK_FALSE(starts(host_with(Standing::provisional), {stranger(PeerResult::disagree, Standing::provisional)}));
  CHECK(starts(host_with(Standing::established), {stranger(PeerResult::disagree, Standing::chosen)}));
}

TEST_CASE("two hosts that generated at the same time are both held until a person decides") {
  CHECK_FALSE(starts(host_with(Standing::chosen), {stranger(PeerResult::disagree, Standing::chosen)}));
}

TEST_CASE("a machine that was copied, and this host under another name, stop nobody") {
  CHECK(starts(host_with(Standing::provisional), {known(PeerResult::clone), known(PeerResult::self)}));
  CHECK_FALSE(agent::decide(host_with(Standing::established), {known(PeerResult::clone)}, Policy::majority).allowed);
}

TEST_CASE("a wrong entry in the list of peers stops nobody") {
  for (const PeerResult result :
       {PeerResult::untrusted, PeerResult::incompatible, PeerResult::unreachable, PeerResult::no_key})
    CHECK(starts(host_with(Standing::provisional), {known(result)}));
}

TEST_CASE("a cold start of the whole fleet does not deadlock") {
  const Peers silent(4, known(PeerResult::unreachable));
  for (const Standing standing : all_standings) CHECK(starts(host_with(standing), silent));
}

TEST_CASE("a host alone starts with its recorded key, and majority and strict want somebody else") {
  CHECK(starts(host_with(Standing::chosen), {}));
  CHECK_FALSE(agent::decide(host_with(Standing::established), {}, Policy::majority).allowed);
  CHECK_FALSE(agent::decide(host_with(Standing::established), {}, Policy::strict).allowed);
}

TEST_CASE("a rolled-back record is healed by an established peer under a known pin, and by nobody else") {
  OwnEvidence rolled_back = host_with(Standing::provisional);
  rolled_back.is_recorded = false;
  const auto healed = agent::decide(rolled_back, {known(PeerResult::agree)}, Policy::normal);
  CHECK(healed.allowed);
  CHECK(healed.heals_record);
  CHECK_FALSE(starts(rolled_back, {stranger(PeerResult::agree, Standing::established)}));
  CHECK_FALSE(starts(rolled_back, {known(PeerResult::agree, Standing::chosen)}));
}

TEST_CASE("a known peer with a later generation of this fleet holds an established host, an absurd one does not") {
  PeerEvidence later = known(PeerResult::disagree, Standing::chosen);
  later.claim = claim_of(fleet_of(1), 2);
  CHECK_FALSE(starts(host_with(Standing::established), {later}));
  later.claim = claim_of(fleet_of(1), absurd_generation);
  CHECK(starts(host_with(Standing::established), {later}));
  later.claim = claim_of(fleet_of(2), 2);
  CHECK(starts(host_with(Standing::established), {later}));
}

TEST_CASE("strangers cannot outvote a host that a pin has proved once") {
  const Peers strangers(4, stranger(PeerResult::disagree, Standing::established));
  OwnEvidence own = host_with(Standing::established);
  CHECK(starts(own, strangers));
  own.ever_proved = false;
  CHECK_FALSE(starts(own, strangers));
}

TEST_CASE("waiting ends early only once most of the fleet agrees") {
  CHECK_FALSE(agent::is_settled({}));
  CHECK(agent::is_settled({known(PeerResult::agree)}));
  CHECK(agent::is_settled({known(PeerResult::agree), known(PeerResult::unreachable)}));
  CHECK_FALSE(
      agent::is_settled({known(PeerResult::agree), known(PeerResult::unreachable), known(PeerResult::unreachable)}));
  CHECK_FALSE(agent::is_settled({known(PeerResult::unreachable)}));
}
