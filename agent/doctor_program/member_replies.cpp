// SPDX-License-Identifier: ISC
#include "agent/doctor_program/member_replies.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"
#include "agent/doctor_program/bson_values.h"

namespace agent::doctor_program {

namespace {

constexpr double highest_priority = 1000;  // that MongoDB allows
constexpr std::int64_t most_votes = 1;

double number_field(const bson_t& document, const char* name, double otherwise) {
  bson_iter_t at;
  return bson_iter_init_find(&at, &document, name) && BSON_ITER_HOLDS_NUMBER(&at) ? bson_iter_as_double(&at)
                                                                                  : otherwise;
}

template <class Visit>
void each_member(const bson_t& document, const Visit& visit) {
  bson_t members;
  bson_iter_t each;
  if (!document_field(document, "members", members) || !bson_iter_init(&each, &members)) return;
  for (std::size_t at = 0; at < limits::database_members && bson_iter_next(&each); ++at) {
    bson_t member;
    const std::uint8_t* bytes = nullptr;
    std::uint32_t size = 0;
    if (!BSON_ITER_HOLDS_DOCUMENT(&each)) continue;
    bson_iter_document(&each, &size, &bytes);
    if (bson_init_static(&member, bytes, size)) visit(member);
  }
}

}  // namespace

std::vector<ConfiguredMember> members_in(const bson_t& configuration) {
  std::vector<ConfiguredMember> found;
  bson_t inner;
  if (!document_field(configuration, "config", inner)) return found;
  each_member(inner, [&](const bson_t& each) {
    ConfiguredMember member;
    member.name = text_field(each, "host", &is_member_name);
    member.votes = number_field(each, "votes", most_votes) > 0 ? 1 : 0;
    // Written so that what is not a number is 0.
    const double priority = number_field(each, "priority", 1);
    member.priority = priority > 0 ? std::min(priority, highest_priority) : 0;
    member.hidden = is_true(each, "hidden");
    member.arbiter = is_true(each, "arbiterOnly");
    member.tags = tags_field(each);
    if (!member.name.empty()) found.push_back(std::move(member));
  });
  return found;
}

void take_status(const bson_t& status, std::vector<ConfiguredMember>& members) {
  each_member(status, [&](const bson_t& each) {
    const auto member = std::ranges::find(members, text_field(each, "name", &is_member_name), &ConfiguredMember::name);
    if (member == members.end()) return;
    member->state = text_field(each, "stateStr", &is_short);
    if (member->state.empty()) return;
    const bool in_service = member->state == "PRIMARY" || member->state == "SECONDARY";
    member->up = in_service && number_field(each, "health", 0) > 0;
  });
}

std::optional<bool> defaults_set_in(const bson_t& defaults) {
  std::optional<bool> set;
  for (const char* name : {"defaultReadConcernSource", "defaultWriteConcernSource"}) {
    const std::string source = text_field(defaults, name, &is_short);
    if (!source.empty()) set = set.value_or(false) || source == "global";
  }
  return set;
}

}  // namespace agent::doctor_program
