// SPDX-License-Identifier: ISC
#include "agent/doctor/check_same_database.h"

#include <algorithm>
#include <set>

#include "agent/doctor/comparison.h"
#include "agent/doctor/seen_database.h"

namespace agent {

namespace {

// What mongo.mongoUri of one host says. Empty: it does not say that.
struct Database {
  std::string host;
  std::set<std::string> members;
  std::string srv;
  std::string set;
  std::string name;
  std::string live_set = {};  // as the members that answered this host call it
  bool routed = false;        // a mongos answered this host
};

// The same name means another machine on each host.
bool is_loopback(std::string_view member) {
  return member.starts_with("localhost:") || member.starts_with("127.") || member.starts_with("[::1]") ||
         member == "localhost";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::set<std::string> members_in(const std::string& list) {
  std::set<std::string> members;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string member = lower(list.substr(at, end - at));
    if (!member.empty() && !is_loopback(member)) members.insert(member);
    at = end + 1;
  }
  return members;
}

std::string text_of(const HostEvidence& host, std::string_view name) {
  const std::string* value = fact_of(host, name);
  return value == nullptr ? "" : *value;
}

bool share_a_member(const Database& left, const Database& right) {
  return std::ranges::any_of(left.members, [&](const std::string& member) { return right.members.contains(member); });
}

bool differ(const std::string& left, const std::string& right) {
  return !left.empty() && !right.empty() && left != right;
}

// The list of this host says which database is asked, so what the members call each other belongs to that list.
void add_answers(const Evidence& evidence, Database& own) {
  const DatabaseEvidence* const asked = application_database(evidence);
  if (asked == nullptr) return;
  const SeenDatabase seen = seen_database(*asked, evidence.facilities);
  own.routed = seen.shape == DatabaseShape::mongos;
  if (seen.shape != DatabaseShape::replica_set) return;
  own.live_set = seen.set;
  for (const SeenMember& member : seen.members) {
    if (!is_loopback(member.name)) own.members.insert(lower(member.name));
  }
}

bool are_the_same(const Database& left, const Database& right) {
  if (!right.set.empty() && left.live_set == right.set) return true;
  if (!left.set.empty() && left.set == right.set) return true;
  if (!left.srv.empty() && lower(left.srv) == lower(right.srv)) return true;
  return share_a_member(left, right);
}

DoctorFinding finding(DoctorResult result, std::string evidence, std::string needs = {}) {
  return {.id = "HA302",
          .result = result,
          .object = std::string(all_hosts),
          .evidence = std::move(evidence),
          .needs = std::move(needs)};
}

// Against the first: being the same is not always passed on, but a difference from the first is one. On one set, the
// database in the URI may say only where the user is defined.
DoctorResult compared(const Database& first, const Database& other) {
  if (differ(first.set, other.set)) return DoctorResult::fault;
  const bool same = are_the_same(first, other);
  if (differ(first.name, other.name)) return same ? DoctorResult::risk : DoctorResult::fault;
  if (same) return DoctorResult::ok;
  // A cluster has any number of mongos, and hosts usually have one each.
  return first.routed ? DoctorResult::unknown : DoctorResult::risk;
}

std::string describe(const Database& first, const Database& other) {
  const std::string between = first.host + " and " + other.host;
  if (differ(first.set, other.set)) return between + " name different replica sets: " + first.set + ", " + other.set;
  const std::string names = first.name + ", " + other.name;
  if (differ(first.name, other.name) && are_the_same(first, other))
    return between + " end mongo.mongoUri with different databases: " + names +
           "; with the same authSource that may be harmless";
  if (differ(first.name, other.name)) return between + " name different databases: " + names;
  return between + " list no member in common";
}

}  // namespace

std::vector<DoctorFinding> check_same_database(const Evidence& evidence) {
  std::vector<Database> databases;
  std::vector<std::string> unknown;
  for (const HostEvidence* host : fleet_of(evidence)) {
    // A file without the line says nothing about the database either.
    if (text_of(*host, "uri.hosts").empty() && text_of(*host, "uri.srv").empty()) {
      unknown.push_back(host->name);
      continue;
    }
    databases.push_back({.host = host->name,
                         .members = members_in(text_of(*host, "uri.hosts")),
                         .srv = text_of(*host, "uri.srv"),
                         .set = text_of(*host, "uri.set"),
                         .name = text_of(*host, "uri.database")});
  }
  if (databases.empty()) return {};
  if (evidence.hosts.front().own && databases.front().host == evidence.hosts.front().name)
    add_answers(evidence, databases.front());
  const Database& first = databases.front();
  DoctorResult worst = DoctorResult::ok;
  std::string seen;
  for (const Database& other : databases) {
    const DoctorResult result = compared(first, other);
    // The enumerators begin with the worst.
    if (&other == &first || result >= worst) continue;
    worst = result;
    seen = describe(first, other);
  }
  if (worst == DoctorResult::unknown)
    return {finding(worst, seen, "a look by hand whether each mongos is of the same sharded cluster")};
  if (worst != DoctorResult::ok) return {finding(worst, seen)};
  if (!unknown.empty() || !has_asked(evidence))
    return {finding(DoctorResult::unknown, "not every host could be compared", needs_facts_of(evidence, unknown))};
  // One host alone has nobody to differ from.
  if (databases.size() < 2) return {};
  return {finding(DoctorResult::ok, std::to_string(databases.size()) + " hosts name the same database")};
}

}  // namespace agent
