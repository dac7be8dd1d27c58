// SPDX-License-Identifier: ISC
#include "agent/doctor/seen_database.h"

#include <algorithm>

#include "agent/doctor/facilities.h"
#include "agent/protocol/address.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using platform::is_same_without_case;

// "SECONDARY" as "secondary", and "(not reachable/healthy)" without its brackets.
std::string plain_state(std::string_view state) {
  if (state.starts_with('(') && state.ends_with(')')) state = state.substr(1, state.size() - 2);
  return platform::lower(state);
}

std::string_view word_of(DatabaseEnd end) {
  switch (end) {
    case DatabaseEnd::not_asked: return "not asked";
    case DatabaseEnd::answered: return "answered";
    case DatabaseEnd::no_name: return "no address";
    case DatabaseEnd::no_connection: return "no connection";
    case DatabaseEnd::silent: return "no answer";
    case DatabaseEnd::broken: return "no valid answer";
    case DatabaseEnd::no_tls: return "no TLS";
    case DatabaseEnd::untrusted: return "untrusted";
    case DatabaseEnd::too_new: return "too new";
  }
  __builtin_unreachable();
}

std::string_view word_of(MemberKind kind) {
  switch (kind) {
    case MemberKind::primary: return "primary";
    case MemberKind::secondary: return "secondary";
    case MemberKind::arbiter: return "arbiter";
    case MemberKind::other: return "not ready";
    case MemberKind::standalone: return "standalone";
    case MemberKind::mongos: return "mongos";
  }
  __builtin_unreachable();
}

// What a person can do about the answers that are missing, the most telling of them first.
std::string missing_answer(const DatabaseEvidence& database) {
  const auto& answers = last_answers(database);
  const auto with = [&](DatabaseEnd end) { return std::ranges::find(answers, end, &HelloAnswer::end); };
  if (answers.empty()) return "a member of the database that can be asked";
  if (const auto found = with(DatabaseEnd::untrusted); found != answers.end())
    return "a certificate of " + found->asked +
           " that verifies on this host: see mongodb.ssl.CAFile in "
           "conf-mms.properties";
  if (const auto found = with(DatabaseEnd::too_new); found != answers.end())
    return "a newer genkey-agent: " + found->asked + " speaks only a newer protocol of MongoDB";
  const HelloAnswer& first = answers.front();
  const std::string asked = "an answer of " + first.asked + " to this host: ";
  switch (first.end) {
    case DatabaseEnd::not_asked: return asked + "the time was over before it was asked";
    case DatabaseEnd::no_name: return asked + "its name has no address here";
    case DatabaseEnd::no_connection: return asked + "no connection could be made";
    case DatabaseEnd::broken:
      return asked +
             "it closed the connection, or sent something else than MongoDB does; if it demands TLS, its URI needs "
             "tls=true";
    case DatabaseEnd::no_tls: return asked + "TLS failed";
    case DatabaseEnd::answered:
    case DatabaseEnd::silent:
    case DatabaseEnd::untrusted:
    case DatabaseEnd::too_new: return asked + "it sent nothing in time";
  }
  __builtin_unreachable();
}

std::string needs_login(const DatabaseEvidence& database) {
  if (!is_application(database)) return "a look at rs.conf() by hand: doctor does not log in to backing databases";
  if (database.login != LoginEnd::not_wanted && !database.login_needs.empty()) return database.login_needs;
  switch (database.login) {
    case LoginEnd::not_wanted: return "[doctor] database_login = true in genkey-agent.toml";
    case LoginEnd::not_possible: return database.login_needs;
    case LoginEnd::refused: return "a login that the database accepts: it refused the one in mongo.mongoUri, once";
    case LoginEnd::failed:
    case LoginEnd::done: return "an answer of the database to rs.conf() after the login";
  }
  __builtin_unreachable();
}

// The set that the URI means, if a member of it answers; else the primary's; else that of whoever answered first.
std::string set_of(const DatabaseEvidence& database) {
  std::string set;
  for (std::size_t at = 0; at < database.answers.size(); ++at) {
    const HelloAnswer& answer = best_answer(database, at);
    if (answer.end != DatabaseEnd::answered || answer.set.empty()) continue;
    if (answer.set == database.set) return answer.set;
    if (set.empty() || answer.kind == MemberKind::primary) set = answer.set;
  }
  return set;
}

DatabaseShape shape_of(const DatabaseEvidence& database) {
  DatabaseShape shape = DatabaseShape::unseen;
  for (std::size_t at = 0; at < database.answers.size(); ++at) {
    const HelloAnswer& answer = best_answer(database, at);
    if (answer.end != DatabaseEnd::answered) continue;
    if (answer.kind == MemberKind::mongos) {
      shape = DatabaseShape::mongos;
    } else if (answer.kind != MemberKind::standalone) {
      return DatabaseShape::replica_set;
    } else if (shape == DatabaseShape::unseen) {
      shape = DatabaseShape::standalone;
    }
  }
  return shape;
}

// The list of members as the primary has it, else as the member that names the most of them.
const HelloAnswer* list_of_members(const DatabaseEvidence& database, const std::string& set) {
  const HelloAnswer* best = nullptr;
  const auto count = [](const HelloAnswer& answer) {
    return answer.hosts.size() + answer.passives.size() + answer.arbiters.size();
  };
  for (std::size_t at = 0; at < database.answers.size(); ++at) {
    const HelloAnswer& answer = best_answer(database, at);
    if (answer.end != DatabaseEnd::answered || answer.set != set) continue;
    if (answer.kind == MemberKind::primary) return &answer;
    if (best == nullptr || count(answer) > count(*best)) best = &answer;
  }
  return best;
}

bool is_about(const HelloAnswer& answer, const std::string& name) {
  return is_same_without_case(answer.asked, name) || is_same_without_case(answer.me, name);
}

std::string host_of(const std::string& name) {
  const auto address = parse_address(name);
  return address ? address->host : name;
}

// The last look may have been at fewer hosts.
const HelloAnswer& last_answer(const DatabaseEvidence& database, std::size_t at) {
  return at < database.again.size() ? database.again[at] : database.answers.at(at);
}

bool is_up(const HelloAnswer& answer, const std::string& set) {
  const bool has_data = answer.kind == MemberKind::primary || answer.kind == MemberKind::secondary;
  return answer.end == DatabaseEnd::answered && answer.set == set && has_data;
}

// What is known of a member beside what its SeenMember shows.
struct MemberDetails {
  std::map<std::string, std::string> tags;
  MachineNames machine;
};

void add_known(const HelloAnswer& answer, const std::string& set, SeenMember& member, MemberDetails& details) {
  details.machine.names.push_back(host_of(answer.asked));
  if (answer.end != DatabaseEnd::answered || answer.set != set) return;
  member.address = answer.address;
  member.round_trip = answer.round_trip;
  details.tags.insert(answer.tags.begin(), answer.tags.end());
  if (!answer.address.empty()) details.machine.addresses.push_back(answer.address);
}

void add_state(const HelloAnswer& first, const HelloAnswer& last, const std::string& set, SeenMember& member) {
  const bool answered = last.end == DatabaseEnd::answered;
  const bool counts = answered && last.set == set;
  member.answered = member.answered || counts;
  member.up = member.up || is_up(last, set) || is_up(first, set);
  if (member.state.empty() || counts) member.state = answered ? word_of(last.kind) : word_of(last.end);
}

// What the answers of the host say about a member. A host has several answers if its aliases were asked, too.
void add_answers(const DatabaseEvidence& database, const std::string& set, SeenMember& member, MemberDetails& details) {
  bool silent = true;
  for (std::size_t at = 0; at < database.answers.size(); ++at) {
    const HelloAnswer& first = database.answers.at(at);
    const HelloAnswer& last = last_answer(database, at);
    const HelloAnswer& best = best_answer(database, at);
    if (!is_about(best, member.name) && !is_about(first, member.name)) continue;
    add_known(best, set, member, details);
    add_state(first, last, set, member);
    silent = silent && is_silence(last.end) && is_silence(first.end);
  }
  const bool was_asked = !member.state.empty();
  if (!was_asked) member.state = word_of(DatabaseEnd::not_asked);
  member.silent = was_asked && silent;
  member.unclear = !member.up && !member.silent && !member.answered;
}

void finish(SeenMember& member, const DatabaseEvidence& database, const std::string& set,
            const std::vector<Facility>& facilities, std::map<std::string, std::string> tags) {
  MemberDetails details{.tags = std::move(tags), .machine = {.names = {host_of(member.name)}, .addresses = {}}};
  add_answers(database, set, member, details);
  member.facility = facility_by_pattern(facilities, details.machine);
  if (!member.facility) member.facility = facility_by_tag(details.tags);
}

std::vector<SeenMember> configured_members(const DatabaseEvidence& database, const std::string& set,
                                           const std::vector<Facility>& facilities) {
  std::vector<SeenMember> members;
  for (const ConfiguredMember& one : database.members) {
    SeenMember& member = members.emplace_back(SeenMember{.name = one.name,
                                                         .arbiter = one.arbiter,
                                                         .electable = !one.arbiter && one.priority > 0,
                                                         .hidden = one.hidden,
                                                         .votes = one.votes,
                                                         .priority = one.priority});
    finish(member, database, set, facilities, one.tags);
    // The set is not asked twice, and what a member says of itself is newer.
    if (!member.answered && one.up) member.up = *one.up;
    member.known_down = one.up && !*one.up && !member.up && !one.arbiter;
    member.unclear = member.unclear && !member.up && !member.known_down;
    if (!member.answered && !one.state.empty()) member.state = plain_state(one.state);
  }
  return members;
}

std::vector<SeenMember> members_by_hello(const DatabaseEvidence& database, const std::string& set,
                                         const std::vector<Facility>& facilities) {
  std::vector<SeenMember> members;
  const HelloAnswer* const list = list_of_members(database, set);
  if (list == nullptr) return members;
  const auto add = [&](const std::vector<std::string>& names, bool electable, bool arbiter) {
    for (const std::string& name : names) {
      SeenMember& member = members.emplace_back(SeenMember{.name = name, .arbiter = arbiter, .electable = electable});
      finish(member, database, set, facilities, {});
    }
  };
  add(list->hosts, true, false);
  add(list->passives, false, false);
  add(list->arbiters, false, true);
  return members;
}

std::vector<SeenMember> hosts_asked(const DatabaseEvidence& database, const std::vector<Facility>& facilities) {
  std::vector<SeenMember> members;
  for (const HelloAnswer& answer : database.answers) {
    SeenMember& member = members.emplace_back(SeenMember{.name = answer.asked});
    finish(member, database, "", facilities, {});
  }
  return members;
}

}  // namespace

bool is_silence(DatabaseEnd end) {
  switch (end) {
    case DatabaseEnd::no_name:
    case DatabaseEnd::no_connection:
    case DatabaseEnd::silent: return true;
    case DatabaseEnd::not_asked:
    case DatabaseEnd::answered:
    case DatabaseEnd::broken:
    case DatabaseEnd::no_tls:
    case DatabaseEnd::untrusted:
    case DatabaseEnd::too_new: return false;
  }
  __builtin_unreachable();
}

const HelloAnswer& best_answer(const DatabaseEvidence& database, std::size_t at) {
  const HelloAnswer& last = last_answer(database, at);
  return last.end == DatabaseEnd::answered ? last : database.answers.at(at);
}

SeenDatabase seen_database(const DatabaseEvidence& database, const std::vector<Facility>& facilities) {
  SeenDatabase seen{.of = database.of, .shape = shape_of(database), .login = !database.members.empty()};
  const bool is_set = seen.shape == DatabaseShape::replica_set;
  seen.set = is_set ? set_of(database) : "";
  seen.write_concern = database.write_concern;
  const std::string& name = seen.set.empty() ? database.set : seen.set;
  seen.object = !is_application(database) ? database.of : !name.empty() ? name : "application database";
  if (seen.shape == DatabaseShape::unseen)
    seen.needs = database.not_asked.empty() ? missing_answer(database) : database.not_asked;
  if (!seen.login) seen.login_needs = needs_login(database);
  seen.twice = !database.again.empty();
  if (seen.login) {
    seen.members = configured_members(database, seen.set, facilities);
  } else {
    seen.members = is_set ? members_by_hello(database, seen.set, facilities) : hosts_asked(database, facilities);
  }
  return seen;
}

const DatabaseEvidence* application_database(const Evidence& evidence) {
  const auto found = std::ranges::find_if(evidence.databases,
                                          [](const DatabaseEvidence& database) { return is_application(database); });
  return found == evidence.databases.end() ? nullptr : &*found;
}

int votes_of(const SeenMember& member) { return member.votes.value_or(1); }

bool is_data_bearing(const SeenMember& member) { return !member.arbiter; }

bool may_hide_members(const SeenDatabase& database) { return !database.login && database.members.size() % 2 == 0; }

std::string basis_of(const SeenDatabase& database) {
  return database.login ? "" : "; hello alone was asked, which shows neither votes nor hidden members";
}

std::string needs_members(const SeenDatabase& database) {
  switch (database.shape) {
    case DatabaseShape::unseen: return database.needs;
    case DatabaseShape::mongos: return "a look at each shard by hand: doctor does not ask the shards behind a mongos";
    case DatabaseShape::standalone: return {};
    case DatabaseShape::replica_set:
      return database.members.empty() ? "a member of the set that names the others" : std::string();
  }
  __builtin_unreachable();
}

}  // namespace agent
