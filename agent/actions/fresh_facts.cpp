// SPDX-License-Identifier: ISC
#include "agent/actions/fresh_facts.h"

#include <algorithm>
#include <utility>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/footprint.h"

namespace agent {

namespace {

using Clock = std::chrono::steady_clock;

bool may_have_lines(const Evidence& evidence, const std::string& name) {
  const auto host = std::ranges::find(evidence.hosts, name, &HostEvidence::name);
  if (host == evidence.hosts.end()) return false;
  const WebServer web = web_server_of(*host);
  return web.runs || !web.reported;
}

}  // namespace

FreshFacts::FreshFacts(const Host& host, Member member, RosterFile roster_file, const std::vector<ReportingPeer>& peers,
                       const Evidence& evidence)
    : host_(host), member_(std::move(member)), roster_file_(std::move(roster_file)) {
  for (const ReportingPeer& peer : peers) {
    if (!may_have_lines(evidence, peer.name)) continue;
    names_.push_back(peer.name);
    targets_.push_back(peer.target);
  }
}

void FreshFacts::ask(Clock::time_point asked) {
  const auto roster = roster_file_.current();
  // Who may not be asked any more cannot be known then. Those peers did not report.
  if (!roster) return;
  const auto since = Clock::now() - asked;
  const auto wait = std::min<std::chrono::milliseconds>(wait_for(host_, targets_.size()), limits::fresh_facts_wait);
  const auto answers = ask_for_facts(asker_for(host_, member_, roster->get()), targets_,
                                     {.wait = wait, .fresh = true, .shows_progress = false});
  for (std::size_t at = 0; at < answers.size(); ++at) {
    const auto& reported = answers[at].reported;
    // `since` was taken before the question, so these facts are younger than the last request.
    if (!reported || !reported->age || *reported->age >= since) continue;
    probes_[names_[at]] = probes_of(reported->facts);
    facts_[names_[at]] = *reported;
  }
}

const std::map<std::string, Probes, std::less<>>& FreshFacts::probes(Clock::time_point asked) {
  if (targets_.empty() || (last_ && Clock::now() < *last_ + limits::fresh_facts_pause)) return probes_;
  ask(asked);
  last_ = Clock::now();
  return probes_;
}

void FreshFacts::renew(HostEvidence& host) const {
  const auto found = facts_.find(host.name);
  if (found == facts_.end()) return;
  host.facts = found->second.facts;
  host.age = found->second.age;
}

}  // namespace agent
