// SPDX-License-Identifier: ISC
#include "agent/doctor/check_facilities.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/comparison.h"
#include "agent/doctor/facilities.h"
#include "agent/doctor/fact_list.h"
#include "agent/protocol/address.h"
#include "agent/protocol/numeric_address.h"

namespace agent {

namespace {

using Findings = std::vector<DoctorFinding>;
using Facilities = std::set<std::string>;

constexpr const char* needs_facilities = "[doctor.facilities] in genkey-agent.toml, or a tag dc of each member";

// Where Ops Manager runs, and the hosts of which nobody knows it.
struct HostFacilities {
  Facilities known;
  std::vector<std::string> unknown;
};

std::string host_in(const std::string& text) {
  const auto address = parse_address(text);
  return address ? address->host : text;
}

HostFacilities facilities_of_hosts(const Evidence& evidence) {
  HostFacilities result;
  for (const HostEvidence* host : fleet_of(evidence)) {
    const std::string* configured = fact_of(*host, "facility");
    const std::string* names = fact_of(*host, "names");
    const std::string* addresses = fact_of(*host, "addresses");
    MachineNames machine{.names = {host->name, host_in(host->address)}, .addresses = {host_in(host->address)}};
    if (names != nullptr) std::ranges::copy(words_of(*names), std::back_inserter(machine.names));
    if (addresses != nullptr) std::ranges::copy(words_of(*addresses), std::back_inserter(machine.addresses));
    const auto facility = facility_by_pattern(evidence.facilities, machine);
    if (configured != nullptr && !configured->empty()) {
      result.known.insert(*configured);
    } else if (facility) {
      result.known.insert(*facility);
    } else {
      result.unknown.push_back(host->name);
    }
  }
  return result;
}

// The members by their facilities. An empty name: nobody knows it.
std::map<std::string, int> votes_by_facility(const SeenDatabase& seen) {
  std::map<std::string, int> votes;
  for (const SeenMember& member : seen.members) {
    if (votes_of(member) > 0) votes[member.facility.value_or("")] += votes_of(member);
  }
  return votes;
}

std::string text_of(const std::map<std::string, int>& votes) {
  std::string text;
  for (const auto& [facility, count] : votes)
    text.append(text.empty() ? "votes: " : ", ")
        .append(facility.empty() ? "facility not known" : facility)
        .append(" ")
        .append(std::to_string(count));
  return text;
}

std::string needs_facility_of(const SeenDatabase& seen) {
  std::vector<std::string> without;
  for (const SeenMember& member : seen.members) {
    if (!member.facility) without.push_back(member.name);
  }
  if (without.size() == seen.members.size()) return needs_facilities;
  return "the facility of " + list_of(without) + ": " + needs_facilities;
}

// As in one building.
bool are_all_near(const SeenDatabase& seen) {
  return std::ranges::all_of(seen.members, [](const SeenMember& member) {
    return member.round_trip && *member.round_trip <= limits::near_round_trip;
  });
}

// Names of facilities come from tags, from this host's configuration and from that of other hosts. Only where they
// are evidently the same kind of name does a difference say anything.
bool are_comparable(const Evidence& evidence, const SeenDatabase& seen, const HostFacilities& hosts,
                    const std::string& home) {
  const auto is_listed = [&](const std::string& name) {
    return std::ranges::find(evidence.facilities, name, &Facility::name) != evidence.facilities.end();
  };
  return (is_listed(home) && std::ranges::all_of(hosts.known, is_listed)) ||
         std::ranges::any_of(seen.members, [&](const SeenMember& member) {
           return member.facility && hosts.known.contains(*member.facility);
         });
}

// HA307. `home` is the facility with the majority; empty: none has it.
DoctorFinding majority_finding(const Evidence& evidence, const SeenDatabase& seen, const std::string& home) {
  const auto votes = votes_by_facility(seen);
  const HostFacilities hosts = facilities_of_hosts(evidence);
  DoctorFinding finding{.id = "HA307", .object = seen.object, .evidence = text_of(votes) + basis_of(seen)};
  if (home.empty() && votes.contains("")) {
    finding.needs = needs_facility_of(seen);
  } else if (home.empty()) {
    finding.result = DoctorResult::risk;
  } else if (hosts.known.contains(home)) {
    finding.result = DoctorResult::ok;
  } else if (votes.size() == 1 && hosts.known.empty()) {
    finding.result = DoctorResult::ok;
    finding.evidence = "all votes are in " + home + ", and the facility of Ops Manager is not known" + basis_of(seen);
  } else if (!hosts.unknown.empty()) {
    finding.needs =
        "the facility of " + list_of(hosts.unknown) + ": [doctor] facility there, or [doctor.facilities] here";
  } else if (!are_comparable(evidence, seen, hosts, home)) {
    finding.needs = "the same names for facilities of hosts and members: [doctor.facilities] in genkey-agent.toml";
  } else {
    finding.result = DoctorResult::risk;
    finding.evidence =
        "Ops Manager is in " + list_of({hosts.known.begin(), hosts.known.end()}) + "; " + finding.evidence;
  }
  return finding;
}

// HA308, of a set in which `home` has the majority of votes.
DoctorFinding electable_finding(const SeenDatabase& seen, const std::string& home) {
  std::vector<std::string> outside;
  std::vector<std::string> unknown;
  for (const SeenMember& member : seen.members) {
    if (!member.electable || member.facility == home) continue;
    (member.facility ? outside : unknown).push_back(member.name);
  }
  DoctorFinding finding{.id = "HA308", .object = seen.object};
  if (!outside.empty()) {
    finding.result = DoctorResult::risk;
    finding.evidence = "outside " + home + ", and with a priority above 0: " + list_of(outside);
  } else if (!unknown.empty()) {
    finding.needs = needs_facility_of(seen);
  } else {
    finding.result = DoctorResult::ok;
    finding.evidence = "every member that can become primary is in " + home;
  }
  finding.evidence += finding.evidence.empty() ? "" : basis_of(seen);
  return finding;
}

std::string facility_with_majority(const SeenDatabase& seen) {
  const auto votes = votes_by_facility(seen);
  int all = 0;
  for (const auto& [facility, count] : votes) all += count;
  const auto most = std::ranges::find_if(votes, [&](const auto& one) { return one.second * 2 > all; });
  return most == votes.end() ? "" : most->first;
}

void check_majority(const Evidence& evidence, const SeenDatabase& seen, Findings& findings) {
  const bool none_known = std::ranges::none_of(seen.members, [](const SeenMember& one) { return !!one.facility; });
  if (none_known) {
    const bool near = are_all_near(seen);
    for (const char* id : {"HA307", "HA308"}) {
      DoctorFinding finding{.id = id, .object = seen.object};
      if (near) finding.result = DoctorResult::ok;
      (near ? finding.evidence : finding.needs) =
          near ? "every member answers within 2 ms, so they count as one facility" : needs_facilities;
      findings.push_back(std::move(finding));
    }
    return;
  }
  const std::string home = facility_with_majority(seen);
  const DoctorFinding majority = majority_finding(evidence, seen, home);
  findings.push_back(majority);
  // Priority 0 outside of the wrong facility would fasten the primary to it.
  if (majority.result == DoctorResult::ok) {
    findings.push_back(electable_finding(seen, home));
  } else if (majority.result == DoctorResult::unknown) {
    findings.push_back({.id = "HA308", .object = seen.object, .needs = majority.needs});
  }
}

bool is_loopback(std::string_view address) { return address.starts_with("127.") || address == "::1"; }

// Loopback is on every machine, and link-local addresses mean nothing elsewhere.
Facilities own_addresses(const std::string& fact) {
  Facilities addresses;
  for (const std::string& word : words_of(fact)) {
    const auto address = canonical_ip(word);
    if (address && !is_loopback(*address) && !address->starts_with("169.254.") && !address->starts_with("fe80:"))
      addresses.insert(*address);
  }
  return addresses;
}

Facilities addresses_of_this_host(const Evidence& evidence) {
  const auto own = std::ranges::find_if(evidence.hosts, &HostEvidence::own);
  const std::string* fact = own == evidence.hosts.end() ? nullptr : fact_of(*own, "addresses");
  return fact == nullptr ? Facilities() : own_addresses(*fact);
}

constexpr const char* this_host = "this host";

// HA309 of the members. Loopback and every interface of this host are one machine.
DoctorFinding spread_finding(const Evidence& evidence, const SeenDatabase& seen) {
  DoctorFinding finding{.id = "HA309", .object = seen.object};
  const Facilities own = addresses_of_this_host(evidence);
  std::set<std::string> addresses;
  std::vector<std::string> unknown;
  for (const SeenMember& member : seen.members) {
    const std::string address = canonical_ip(member.address).value_or(member.address);
    if (address.empty())
      unknown.push_back(member.name);
    else
      addresses.insert(is_loopback(address) || own.contains(address) ? this_host : address);
  }
  if (addresses.size() > 1) {
    finding.result = DoctorResult::ok;
    finding.evidence = "its members answer at " + std::to_string(addresses.size()) + " addresses";
  } else if (!unknown.empty()) {
    finding.needs = "an answer of " + list_of(unknown) + " to this host";
  } else {
    finding.result = DoctorResult::risk;
    finding.evidence = "all " + std::to_string(seen.members.size()) + " members answer at " + *addresses.begin();
  }
  return finding;
}

// HA309 of the hosts of Ops Manager. Machines may have some addresses in common, such as those of container bridges.
void check_hosts(const Evidence& evidence, Findings& findings) {
  const auto fleet = fleet_of(evidence);
  if (fleet.size() < 2) return;
  std::set<Facilities> machines;
  std::vector<std::string> unknown;
  for (const HostEvidence* host : fleet) {
    const std::string* fact = fact_of(*host, "addresses");
    auto addresses = fact == nullptr ? Facilities() : own_addresses(*fact);
    if (addresses.empty())
      unknown.push_back(host->name);
    else
      machines.insert(std::move(addresses));
  }
  DoctorFinding finding{.id = "HA309", .object = std::string(all_hosts)};
  if (machines.size() > 1) {
    finding.result = DoctorResult::ok;
    finding.evidence = "the hosts of Ops Manager have different addresses";
  } else if (!unknown.empty() || !has_asked(evidence)) {
    finding.needs = needs_facts_of(evidence, unknown);
  } else {
    finding.result = DoctorResult::risk;
    finding.evidence =
        "all hosts of Ops Manager have the addresses " + list_of({machines.begin()->begin(), machines.begin()->end()});
  }
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<DoctorFinding> facility_findings(const Evidence& evidence, const SeenDatabase& seen) {
  if (seen.shape == DatabaseShape::standalone) return {};
  Findings findings;
  const std::string needs = needs_members(seen);
  if (!needs.empty()) {
    for (const char* id : {"HA307", "HA308", "HA309"})
      findings.push_back({.id = id, .object = seen.object, .needs = needs});
    return findings;
  }
  if (seen.members.size() < 2) return findings;
  check_majority(evidence, seen, findings);
  findings.push_back(spread_finding(evidence, seen));
  return findings;
}

std::vector<DoctorFinding> check_facilities(const Evidence& evidence) {
  const DatabaseEvidence* const asked = application_database(evidence);
  if (asked == nullptr) return {};
  Findings findings = facility_findings(evidence, seen_database(*asked, evidence.facilities));
  check_hosts(evidence, findings);
  return findings;
}

}  // namespace agent
