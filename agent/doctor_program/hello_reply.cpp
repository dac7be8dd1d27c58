// SPDX-License-Identifier: ISC
#include "agent/doctor_program/hello_reply.h"

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"
#include "agent/doctor_program/bson_values.h"

namespace agent::doctor_program {

namespace {

// What libmongoc 1.23 speaks: MongoDB 3.6 to 6.0, and servers that still accept one of these.
constexpr std::int64_t newest_wire_version = 17;

std::vector<std::string> names_of(const bson_t& document, const char* name) {
  std::vector<std::string> names;
  bson_iter_t at;
  bson_iter_t each;
  if (!bson_iter_init_find(&at, &document, name) || !BSON_ITER_HOLDS_ARRAY(&at)) return names;
  if (!bson_iter_recurse(&at, &each)) return names;
  while (bson_iter_next(&each) && names.size() < limits::database_members) {
    if (BSON_ITER_HOLDS_UTF8(&each) && is_member_name(text_at(each))) names.emplace_back(text_at(each));
  }
  return names;
}

MemberKind kind_of(const bson_t& reply, bool of_a_set) {
  if (text_field(reply, "msg", &is_short) == "isdbgrid") return MemberKind::mongos;
  // A member that does not know its set's configuration yet, or was removed from it, says only this.
  if (is_true(reply, "isreplicaset")) return MemberKind::other;
  if (!of_a_set) return MemberKind::standalone;
  if (is_true(reply, "arbiterOnly")) return MemberKind::arbiter;
  if (is_true(reply, "ismaster") || is_true(reply, "isWritablePrimary")) return MemberKind::primary;
  return is_true(reply, "secondary") ? MemberKind::secondary : MemberKind::other;
}

}  // namespace

void take_hello(const bson_t& reply, HelloAnswer& answer) {
  bson_iter_t at;
  answer.set = text_field(reply, "setName", &is_short);
  answer.kind = kind_of(reply, bson_iter_init_find(&at, &reply, "setName"));
  answer.me = text_field(reply, "me", &is_member_name);
  answer.primary = text_field(reply, "primary", &is_member_name);
  answer.hosts = names_of(reply, "hosts");
  answer.passives = names_of(reply, "passives");
  answer.arbiters = names_of(reply, "arbiters");
  answer.tags = tags_field(reply);
}

bool demands_newer(const bson_t& reply) {
  bson_iter_t at;
  return bson_iter_init_find(&at, &reply, "minWireVersion") && bson_iter_as_int64(&at) > newest_wire_version;
}

bool knows_hello(const bson_t& reply) { return is_true(reply, "helloOk"); }

}  // namespace agent::doctor_program
