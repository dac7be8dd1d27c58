// SPDX-License-Identifier: ISC
#include "agent/doctor/listed_members.h"

#include <algorithm>
#include <set>

#include "agent/doctor/comparison.h"
#include "agent/doctor/fact_list.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using platform::is_same_without_case;
using platform::lower;

// What a listed host turned out to be.
struct Resolved {
  std::set<std::string> names;  // of members, in lower case
  bool answered = false;
  bool foreign = false;
};

bool is_foreign(const HelloAnswer& answer, const std::string& set) {
  if (answer.end != DatabaseEnd::answered) return false;
  return answer.kind == MemberKind::standalone || (!answer.set.empty() && answer.set != set);
}

Resolved resolve(const DatabaseEvidence& evidence, const std::string& set, const std::string& host) {
  Resolved resolved{.names = {lower(host)}};
  for (std::size_t at = 0; at < evidence.answers.size(); ++at) {
    const HelloAnswer& first = evidence.answers.at(at);
    if (!is_same_without_case(first.asked, host)) continue;
    const HelloAnswer& best = best_answer(evidence, at);
    resolved.answered = best.end == DatabaseEnd::answered;
    // A member that is restarted for maintenance may be of no set for a moment.
    resolved.foreign = is_foreign(best, set) && (at >= evidence.again.size() || is_foreign(first, set));
    if (resolved.answered && best.set == set) resolved.names.insert(lower(best.me));
  }
  return resolved;
}

}  // namespace

bool names_loopback(std::string_view host) {
  return host.starts_with("localhost:") || host.starts_with("127.") || host.starts_with("[::1]");
}

ListedMembers listed_members(const DatabaseEvidence& evidence, const SeenDatabase& database,
                             const std::vector<std::string>& hosts) {
  ListedMembers result;
  std::set<std::string> names;
  for (const std::string& host : hosts) {
    const Resolved resolved = resolve(evidence, database.set, host);
    if (resolved.foreign) {
      result.foreign.push_back(host);
      continue;
    }
    names.insert(resolved.names.begin(), resolved.names.end());
    const bool is_name = std::ranges::any_of(
        database.members, [&](const SeenMember& member) { return is_same_without_case(member.name, host); });
    if (!resolved.answered && !is_name) result.unresolved.push_back(host);
  }
  for (const SeenMember& member : database.members) {
    if (member.arbiter || member.hidden) continue;
    ++result.total;
    if (names.contains(lower(member.name))) {
      ++result.listed;
    } else {
      (member.electable ? result.missing : result.passive).push_back(member.name);
    }
  }
  return result;
}

std::vector<std::string> list_of_host(const HostEvidence& host, const Evidence& evidence,
                                      const DatabaseEvidence& database) {
  if (host.own && !database.listed.empty()) return database.listed;
  const std::string* hosts = fact_of(host, "uri.hosts");
  if (hosts == nullptr) return {};
  std::vector<std::string> list = words_of(*hosts);
  if (!host.own && std::ranges::any_of(list, &names_loopback)) return {};
  if (!list.empty()) return list;
  const std::string* srv = fact_of(host, "uri.srv");
  const auto own = std::ranges::find_if(evidence.hosts, &HostEvidence::own);
  const std::string* own_srv = own == evidence.hosts.end() ? nullptr : fact_of(*own, "uri.srv");
  const bool same = srv != nullptr && own_srv != nullptr && !srv->empty() && is_same_without_case(*srv, *own_srv);
  return same ? database.listed : std::vector<std::string>();
}

std::vector<SeenDatabase> seen_databases(const Evidence& evidence) {
  std::vector<SeenDatabase> all;
  for (const DatabaseEvidence& database : evidence.databases) {
    SeenDatabase& seen = all.emplace_back(seen_database(database, evidence.facilities));
    if (!is_application(database) || seen.shape != DatabaseShape::replica_set) continue;
    for (const HostEvidence* host : fleet_of(evidence)) {
      const auto hosts = list_of_host(*host, evidence, database);
      if (hosts.empty()) continue;
      const ListedMembers listed = listed_members(database, seen, hosts);
      // What may be another name of a member counts neither way.
      if (!listed.missing.empty() && !listed.unresolved.empty()) continue;
      seen.lists[host->name] = std::to_string(listed.listed) + " of " + std::to_string(listed.total);
    }
  }
  return all;
}

}  // namespace agent
