// SPDX-License-Identifier: ISC
#include "agent/doctor/cache_verdict.h"

#include <algorithm>
#include <array>

namespace agent {

namespace {

using Part = std::string HttpWitness::*;

std::string counted(std::size_t number) { return std::to_string(number); }

bool is_right(const PathProbe& probe, const HttpAnswer& answer) {
  return answer.end == HttpEnd::answered && answer.status == right_status(probe.of);
}

// Two answers that can be compared: the first and the last right ones.
struct Two {
  const HttpWitness* first = nullptr;
  const HttpWitness* last = nullptr;
};

Two two_of(const PathProbe& probe, const std::vector<HttpAnswer>& answers) {
  // In between are others, so that time passes. If one end failed, nothing is compared.
  if (answers.size() < 2 || !is_right(probe, answers.front()) || !is_right(probe, answers.back())) return {};
  return {&answers.front().witness, &answers.back().witness};
}

// What the host makes anew for each answer, and both answers through the balancer have.
bool is_witness(Part part, const Two& direct, const Two& through) {
  return direct.first->*part != direct.last->*part && !(direct.first->*part).empty() && !(direct.last->*part).empty() &&
         !(through.first->*part).empty() && !(through.last->*part).empty();
}

CacheVerdict by_witness(const PathProbe& probe) {
  const Two direct = two_of(probe, probe.direct);
  const Two through = two_of(probe, probe.answers);
  if (direct.first == nullptr || through.first == nullptr) return CacheVerdict::unsure;
  constexpr std::array<Part, 4> parts = {&HttpWitness::body, &HttpWitness::etag, &HttpWitness::cookie,
                                         &HttpWitness::nonce};
  std::size_t same = 0;
  for (const Part part : parts) {
    if (!is_witness(part, direct, through)) continue;
    if (through.first->*part != through.last->*part) return CacheVerdict::fresh;
    ++same;
  }
  // A date proves a cache when it stays the same. It proves nothing otherwise, because nginx renews it.
  const bool date = is_witness(&HttpWitness::date, direct, through) && through.first->date == through.last->date;
  return same > 0 || date ? CacheVerdict::cached : CacheVerdict::unsure;
}

const HttpAnswer* hit_of(const PathProbe& probe) {
  const auto hit = std::ranges::find_if(probe.answers, [](const HttpAnswer& answer) { return !answer.hit.empty(); });
  return hit == probe.answers.end() ? nullptr : &*hit;
}

// 403 and 404 on the health path are common: many balancers keep it for themselves.
bool is_blocked(const PathProbe& probe) {
  const auto refuses = [](const HttpAnswer& answer) { return answer.status == 403 || answer.status == 404; };
  return probe.of == ProbedPath::health && !probe.answers.empty() && std::ranges::all_of(probe.answers, refuses);
}

std::string count_text(const PathProbe& probe, const PathFootprint& path, const Footprint& all) {
  return counted(path.sent) + " identical requests for " + std::string(probed_paths.of(probe.of)) + ", " +
         counted(path.reached) + " reached a host; control: " + counted(all.control.reached) + " of " +
         counted(all.control.sent);
}

std::string names(const std::vector<std::string>& hosts) {
  std::string text;
  for (const std::string& host : hosts) text.append(text.empty() ? "" : ", ").append(host);
  return text;
}

PathVerdict by_count(const BalancerEvidence& balancer, const PathProbe& probe, const Footprint& all) {
  const PathFootprint path = footprint_of(balancer, probe);
  PathVerdict verdict{.path = probe.of, .because = count_text(probe, path, all)};
  if (path.sent < Footprint::fewest) {
    verdict.because = "answers with status " + counted(right_status(probe.of)) + " for " +
                      std::string(probed_paths.of(probe.of)) + " through the balancer";
  } else if (!all.control_complete()) {
    verdict.because = "the access logs of all hosts that the balancer uses: of " + counted(all.control.sent) +
                      " requests that no cache can answer, they show " + counted(all.control.reached);
  } else if (path.reached == path.sent) {
    verdict.verdict = CacheVerdict::fresh;
  } else if (!all.all_reported()) {
    verdict.because = "the access logs of " + names(all.silent());
  } else {
    verdict.verdict = CacheVerdict::cached;
  }
  return verdict;
}

// Lines are missing although each answer was made anew: some went to a host whose log nobody reads. Then the controls
// were found by chance, and a count proves nothing for any path.
bool logs_are_incomplete(const BalancerEvidence& balancer, const Footprint& all) {
  return std::ranges::any_of(balancer.probes, [&](const PathProbe& probe) {
    return by_count(balancer, probe, all).verdict == CacheVerdict::cached && by_witness(probe) == CacheVerdict::fresh;
  });
}

PathVerdict verdict_of(const BalancerEvidence& balancer, const PathProbe& probe, const Footprint& all) {
  const std::string path(probed_paths.of(probe.of));
  if (is_blocked(probe)) return {probe.of, CacheVerdict::left_out};
  if (const HttpAnswer* const hit = hit_of(probe))
    return {probe.of, CacheVerdict::cached, "an answer for " + path + " has the header " + hit->hit};
  PathVerdict verdict = by_count(balancer, probe, all);
  const CacheVerdict witness = by_witness(probe);
  if (verdict.verdict == CacheVerdict::cached && witness != CacheVerdict::cached && logs_are_incomplete(balancer, all))
    return {probe.of, CacheVerdict::unsure,
            "access logs that are complete: " + verdict.because + ", yet answers were made anew"};
  const bool logs_say_nothing = !balancer.counted || all.control.reached == 0;
  if (verdict.verdict != CacheVerdict::unsure || !logs_say_nothing || witness == CacheVerdict::unsure) return verdict;
  const char* const how = witness == CacheVerdict::cached
                              ? ": what a host makes anew for each answer came twice through the balancer"
                              : ": what a host makes anew for each answer was new each time";
  return {probe.of, witness, path + how};
}

}  // namespace

std::vector<PathVerdict> cache_verdicts(const BalancerEvidence& balancer, const Footprint& footprint) {
  std::vector<PathVerdict> verdicts;
  for (const PathProbe& probe : balancer.probes) verdicts.push_back(verdict_of(balancer, probe, footprint));
  return verdicts;
}

}  // namespace agent
