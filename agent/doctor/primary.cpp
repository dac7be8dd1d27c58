// SPDX-License-Identifier: ISC
#include "agent/doctor/primary.h"

#include <algorithm>
#include <set>

#include "agent/doctor/comparison.h"
#include "agent/doctor/evidence_facts.h"
#include "platform/base/ascii.h"

namespace agent {

namespace {

using platform::is_same_without_case;
using platform::lower;

struct Look {
  PrimaryLook seen = PrimaryLook::unclear;
  std::string name;
};

// Whether the member of that name was asked and gave no answer. What it calls itself is known from the look before.
bool is_silent(const std::string& name, const std::vector<HelloAnswer>& answers, const DatabaseEvidence& database) {
  for (std::size_t at = 0; at < answers.size(); ++at) {
    const bool was_called = at < database.answers.size() && is_same_without_case(database.answers[at].me, name);
    if ((was_called || is_same_without_case(answers[at].asked, name)) && is_silence(answers[at].end)) return true;
  }
  return false;
}

bool is_of(const HelloAnswer& answer, const std::string& set) {
  return answer.end == DatabaseEnd::answered && answer.kind != MemberKind::standalone &&
         (answer.set.empty() || answer.set == set);
}

Look look_at(const std::vector<HelloAnswer>& answers, const DatabaseEvidence& database, const std::string& set) {
  const auto is_understood = [](const HelloAnswer& answer) {
    return answer.end == DatabaseEnd::answered || is_silence(answer.end);
  };
  std::set<std::string> named;
  bool answered = false;
  for (const HelloAnswer& answer : answers) {
    if (!is_of(answer, set)) continue;
    if (answer.kind == MemberKind::primary) return {PrimaryLook::answers, answer.me};
    answered = true;
    if (!answer.primary.empty()) named.insert(lower(answer.primary));
  }
  if (answers.empty() || !std::ranges::all_of(answers, is_understood)) return {};
  if (std::ranges::all_of(answers, &is_silence, &HelloAnswer::end)) return {PrimaryLook::nobody, ""};
  if (!answered) return {};
  if (named.empty()) return {PrimaryLook::none_known, ""};
  // It has just stepped down, or members name different ones.
  if (named.size() > 1 || !is_silent(*named.begin(), answers, database)) return {};
  return {PrimaryLook::silent, *named.begin()};
}

// A member that stops, starts or changes its part between the looks is a restart or an election that goes on.
bool is_same_picture(const DatabaseEvidence& database) {
  return std::ranges::equal(database.answers, database.again, [](const HelloAnswer& first, const HelloAnswer& last) {
    const bool answered = first.end == DatabaseEnd::answered;
    return answered == (last.end == DatabaseEnd::answered) && (!answered || first.kind == last.kind);
  });
}

}  // namespace

PrimaryLooks look_for_primary(const DatabaseEvidence& database, const std::string& set) {
  const Look first = look_at(database.answers, database, set);
  if (database.again.empty()) return {.first = first.seen, .last = first.seen, .name = first.name};
  const Look last = look_at(database.again, database, set);
  return {.first = first.seen,
          .last = last.seen,
          .name = last.name,
          .twice = first.seen == last.seen && first.name == last.name && is_same_picture(database)};
}

std::string needs_another_look(const DatabaseEvidence& database, const SeenDatabase& seen) {
  if (!database.again.empty()) return "a second run: the two looks of this one do not agree";
  return seen.needs.empty() ? "a second look at the members" : seen.needs;
}

OpsManagerHere ops_manager_here(const Evidence& evidence) {
  const auto own = std::ranges::find_if(evidence.hosts, &HostEvidence::own);
  if (own == evidence.hosts.end()) return OpsManagerHere::unknown;
  const std::string* running = fact_of(*own, "om.running");
  if (running == nullptr) return OpsManagerHere::unknown;
  if (running->empty()) return OpsManagerHere::stopped;
  return started_lately(*own) ? OpsManagerHere::starting : OpsManagerHere::running;
}

std::string needs_ops_manager(const Evidence& evidence, PrimaryLook seen) {
  switch (ops_manager_here(evidence)) {
    case OpsManagerHere::unknown:
      return "an account that sees whether Ops Manager runs on this host: run doctor as root";
    case OpsManagerHere::stopped:
      return seen == PrimaryLook::none_known
                 ? "a run on a host where Ops Manager runs: nothing here shows that the database is in use"
                 : "a run on a host where Ops Manager runs: a firewall looks the same from here";
    case OpsManagerHere::starting: return "a run 20 minutes after the start of Ops Manager";
    case OpsManagerHere::running: return {};
  }
  __builtin_unreachable();
}

}  // namespace agent
