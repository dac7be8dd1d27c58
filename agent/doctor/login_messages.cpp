// SPDX-License-Identifier: ISC
#include "agent/doctor/login_messages.h"

#include <cmath>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"

namespace agent {

namespace {

// As in http_messages.cpp: write() and read() of a type have the same fields in the same order.

constexpr double thousand = 1000;  // priorities are fractions
constexpr int unknown = 2;         // of a flag that may be missing

int number_of(const std::optional<bool>& flag) { return flag ? int{*flag} : unknown; }

std::optional<bool> flag_of(unsigned number) {
  if (number == unknown) return std::nullopt;
  return number == 1;
}

void write(FieldWriter& out, const ConfiguredMember& member) {
  out.text(member.name).number(member.votes).number(std::llround(member.priority * thousand));
  out.number(int{member.hidden}).number(int{member.arbiter}).text(member.state).number(number_of(member.up));
  out.number(member.tags.size());
  for (const auto& [name, value] : member.tags) out.text(name).text(value);
}

bool read(FieldReader& in, ConfiguredMember& member) {
  member.name = in.text();
  member.votes = static_cast<int>(in.number<std::uint16_t>());
  member.priority = static_cast<double>(in.number<std::uint32_t>()) / thousand;
  member.hidden = in.number<unsigned>() == 1;
  member.arbiter = in.number<unsigned>() == 1;
  member.state = in.text();
  member.up = flag_of(in.number<unsigned>());
  const auto tags = in.number<std::size_t>();
  if (tags > limits::member_tags) return false;
  for (std::size_t at = 0; at < tags; ++at) {
    std::string name = in.text();
    std::string value = in.text();
    if (!is_short(name) || !is_short(value)) return false;
    member.tags.emplace(std::move(name), std::move(value));
  }
  return is_member_name(member.name) && is_short(member.state);
}

}  // namespace

void write(FieldWriter& out, const LoginRequest& request) {
  out.text(request.host.host).number(request.host.port).number(int{request.tls});
  out.text(request.files.ca).secret(request.files.pem).secret(request.files.pem_password);
  out.secret(request.login.user).secret(request.login.password).text(request.login.source);
  out.number(static_cast<unsigned>(request.login.mechanism));
}

bool read(FieldReader& in, LoginRequest& request) {
  request.host.host = in.text();
  request.host.port = in.number<std::uint16_t>();
  request.tls = in.number<unsigned>() == 1;
  request.files.ca = in.text();
  request.files.pem = in.secret();
  request.files.pem_password = in.secret();
  request.login.user = in.secret();
  request.login.password = in.secret();
  request.login.source = in.text();
  const bool known = read_enum(in, request.login.mechanism);
  return known && is_host(request.host.host) && request.host.port != 0 && is_short(request.login.source) &&
         request.files.ca.size() <= limits::authority_file && request.files.pem.size() <= limits::client_certificate &&
         request.files.pem_password.size() <= limits::database_password && !request.login.user.empty() &&
         request.login.user.size() <= limits::database_password &&
         request.login.password.size() <= limits::database_password;
}

void write(FieldWriter& out, const LoginReply& reply) {
  out.number(static_cast<unsigned>(reply.end)).number(int{reply.denied}).number(number_of(reply.defaults_set));
  // The last fields of the message, so its end ends the list.
  for (const ConfiguredMember& member : reply.members) write(out, member);
}

bool read(FieldReader& in, LoginReply& reply) {
  const bool known = read_enum(in, reply.end);
  reply.denied = in.number<unsigned>() == 1;
  reply.defaults_set = flag_of(in.number<unsigned>());
  while (in.more()) {
    if (reply.members.size() == limits::database_members || !read(in, reply.members.emplace_back())) return false;
  }
  return known;
}

}  // namespace agent
