// SPDX-License-Identifier: ISC
#include "agent/doctor/check_write_concern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "agent/doctor/comparison.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;
using Release = std::array<int, 3>;

// The first with `majority` for durable writes to the application database and to backup metadata.
constexpr Release first_with_majority = {8, 0, 26};
constexpr std::size_t two = 2;  // of w: 2
constexpr std::size_t members_wanted = 3;

std::optional<Release> release_of(std::string_view version) {
  Release release{};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (std::size_t part = 0; part < release.size(); ++part) {
    const auto read = std::from_chars(at, end, release.at(part));
    if (read.ec != std::errc()) return std::nullopt;
    at = read.ptr;
    if (part + 1 == release.size()) break;
    if (at == end || *at != '.') return std::nullopt;
    ++at;
  }
  return release;
}

struct Rule {
  std::size_t members = two;  // of those with data; 0: this is not asked for
  bool majority = true;       // of those with votes
  std::string text;
};

// Of a store, whose write concern is a setting in Ops Manager.
Rule rule_of_store(const std::string& concern) {
  const std::string text = "Ops Manager writes to it with " + concern;
  if (concern == "MAJORITY") return {.members = 0, .text = text};
  // ACKNOWLEDGED and JOURNALED: by the primary alone.
  return {.members = concern == "W2" ? two : 1, .majority = false, .text = text};
}

// Of all hosts: during an upgrade both rules apply.
Rule rule_of(const Evidence& evidence, bool application) {
  bool older = false;
  bool newer = false;
  std::string known;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const std::string* version = fact_of(*host, "om.version");
    const auto release = version == nullptr ? std::nullopt : release_of(*version);
    if (!release) continue;
    (*release >= first_with_majority ? newer : older) = true;
    known = std::to_string((*release)[0]) + "." + std::to_string((*release)[1]) + "." + std::to_string((*release)[2]);
  }
  if (older && !newer) return {.majority = false, .text = "Ops Manager " + known + " writes with w: 2"};
  if (newer && !older && application) return {.members = 0, .text = "Ops Manager " + known + " writes with majority"};
  if (newer && !older) return {.text = "Ops Manager " + known + " writes with w: 2 or with majority"};
  const std::string why = older ? "the hosts have different versions of it" : "its version is not known";
  return {.text = "Ops Manager writes with w: 2, from 8.0.26 on with majority, and " + why};
}

// Of the members that hold data, all or those with votes.
struct Counts {
  std::size_t exist = 0;
  std::size_t up = 0;
  std::size_t known_down = 0;
  std::size_t unclear = 0;
};

void count(const SeenMember& member, Counts& counts) {
  ++counts.exist;
  counts.up += member.up ? 1 : 0;
  counts.known_down += member.known_down ? 1 : 0;
  counts.unclear += member.unclear ? 1 : 0;
}

struct SetCounts {
  Counts data;
  Counts voting;  // with data
  std::size_t voters = 0;
  std::size_t electable = 0;
  std::vector<std::string> away;
};

SetCounts counts_of(const SeenDatabase& seen) {
  SetCounts counts;
  for (const SeenMember& member : seen.members) {
    const bool votes = votes_of(member) > 0;
    counts.voters += votes ? 1 : 0;
    counts.electable += member.electable ? 1 : 0;
    if (!is_data_bearing(member)) continue;
    count(member, counts.data);
    if (votes) count(member, counts.voting);
    if (!member.up) counts.away.push_back(member.name + " (" + member.state + ")");
  }
  return counts;
}

// How many members must acknowledge a write, and of whom.
struct Need {
  std::size_t members = 0;
  Counts of;
};

std::vector<Need> needs_of(const Rule& rule, const SetCounts& counts) {
  std::vector<Need> needs;
  if (rule.members > 0) needs.push_back({rule.members, counts.data});
  if (rule.majority) needs.push_back({std::min(counts.voters / 2 + 1, counts.voting.exist), counts.voting});
  return needs;
}

bool any(const std::vector<Need>& needs, bool (*is_so)(const Need& need)) { return std::ranges::any_of(needs, is_so); }

// `away` names the members that are not up.
void decide(const SeenDatabase& seen, const std::vector<Need>& needs, const std::vector<std::string>& away,
            DoctorFinding& finding) {
  const bool too_few = any(needs, [](const Need& need) { return need.of.exist < need.members; });
  const bool too_many_down =
      seen.twice && any(needs, [](const Need& need) { return need.of.exist - need.of.known_down < need.members; });
  // A set of one member is meant to be alone: whoever wanted safe writes would have made a second.
  if (seen.login && seen.members.size() > 1 && (too_few || too_many_down)) {
    finding.result = DoctorResult::fault;
  } else if (any(needs, [](const Need& need) { return need.of.exist <= need.members; })) {
    if (may_hide_members(seen)) {
      finding.needs = seen.login_needs;
    } else {
      finding.result = DoctorResult::risk;
    }
  } else if (!any(needs, [](const Need& need) { return need.of.up <= need.members; })) {
    finding.result = DoctorResult::ok;
  } else if (!seen.twice) {
    finding.needs = "an answer of every member to this host: " + list_of(away);
  } else if (any(needs, [](const Need& need) { return need.of.up + need.of.unclear <= need.members; })) {
    finding.result = DoctorResult::risk;
  } else {
    finding.needs = "an answer of every member that this host understands";
  }
}

// HA304.
DoctorFinding concern_finding(const Evidence& evidence, const SeenDatabase& seen) {
  const Rule rule =
      seen.write_concern.empty() ? rule_of(evidence, is_application(seen)) : rule_of_store(seen.write_concern);
  const SetCounts counts = counts_of(seen);
  DoctorFinding finding{.id = "HA304", .object = seen.object};
  finding.evidence =
      std::to_string(counts.data.up) + " of " + std::to_string(counts.data.exist) + " members with data are up";
  if (!counts.away.empty()) finding.evidence += ", without " + list_of(counts.away);
  finding.evidence += "; " + rule.text + basis_of(seen);
  decide(seen, needs_of(rule, counts), counts.away, finding);
  return finding;
}

// HA306.
DoctorFinding member_finding(const SeenDatabase& seen) {
  const SetCounts counts = counts_of(seen);
  DoctorFinding finding{.id = "HA306", .object = seen.object};
  const std::size_t data = counts.data.exist;
  const std::size_t arbiters = seen.members.size() - data;
  finding.evidence = std::to_string(data) + (data == 1 ? " member holds" : " members hold") + " data";
  if (arbiters > 0)
    finding.evidence += ", " + std::to_string(arbiters) + (arbiters == 1 ? " is an arbiter" : " are arbiters");
  finding.evidence += ", " + std::to_string(counts.electable) + " can become primary" + basis_of(seen);
  const bool few = data < members_wanted;
  if (counts.electable < two) {
    finding.result = DoctorResult::risk;
  } else if (few && may_hide_members(seen)) {
    finding.needs = seen.login_needs;
  } else {
    finding.result = few ? DoctorResult::risk : DoctorResult::ok;
  }
  return finding;
}

// HA313.
DoctorFinding defaults_finding(const DatabaseEvidence& asked, const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA313", .object = seen.object};
  if (seen.shape == DatabaseShape::unseen) {
    finding.needs = seen.needs;
  } else if (!asked.defaults_set && asked.login != LoginEnd::done) {
    finding.needs = seen.login_needs;
  } else if (!asked.defaults_set) {
    finding.needs = asked.login_needs.empty()
                        ? "MongoDB 5.0 or later, and a user in mongo.mongoUri that may run getDefaultRWConcern"
                        : asked.login_needs;
  } else if (*asked.defaults_set) {
    finding.result = DoctorResult::risk;
    finding.evidence = "getDefaultRWConcern says that the defaults were set";
  } else {
    finding.result = DoctorResult::ok;
    finding.evidence = "getDefaultRWConcern names no defaults that were set";
  }
  return finding;
}

}  // namespace

std::vector<DoctorFinding> write_concern_findings(const Evidence& evidence, const SeenDatabase& seen) {
  if (seen.shape == DatabaseShape::standalone) return {};
  const std::string needs = needs_members(seen);
  if (needs.empty()) return {concern_finding(evidence, seen), member_finding(seen)};
  return {{.id = "HA304", .object = seen.object, .needs = needs},
          {.id = "HA306", .object = seen.object, .needs = needs}};
}

std::vector<DoctorFinding> check_write_concern(const Evidence& evidence) {
  const DatabaseEvidence* const asked = application_database(evidence);
  if (asked == nullptr) return {};
  const SeenDatabase seen = seen_database(*asked, evidence.facilities);
  Findings findings = write_concern_findings(evidence, seen);
  if (seen.shape != DatabaseShape::standalone) findings.push_back(defaults_finding(*asked, seen));
  return findings;
}

}  // namespace agent
