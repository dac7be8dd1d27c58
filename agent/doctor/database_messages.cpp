// SPDX-License-Identifier: ISC
#include "agent/doctor/database_messages.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"

namespace agent {

namespace {

// As in http_messages.cpp: write() and read() of a type have the same fields in the same order.

void write(FieldWriter& out, const Address& host) { out.text(host.host).number(host.port); }

bool read(FieldReader& in, Address& host) {
  host.host = in.text();
  host.port = in.number<std::uint16_t>();
  return is_host(host.host) && host.port != 0;
}

void write(FieldWriter& out, const DatabaseTls& tls) { out.text(tls.ca).secret(tls.pem).secret(tls.pem_password); }

bool read(FieldReader& in, DatabaseTls& tls) {
  tls.ca = in.text();
  tls.pem = in.secret();
  tls.pem_password = in.secret();
  return tls.ca.size() <= limits::authority_file && tls.pem.size() <= limits::client_certificate &&
         tls.pem_password.size() <= limits::database_password;
}

void write(FieldWriter& out, const AskedDatabase& database) {
  out.text(database.srv).number(int{database.tls}).number(database.hosts.size());
  for (const Address& host : database.hosts) write(out, host);
}

bool read(FieldReader& in, AskedDatabase& database) {
  database.srv = in.text();
  database.tls = in.number<unsigned>() == 1;
  const auto hosts = in.number<std::size_t>();
  if (hosts > limits::database_members || (!database.srv.empty() && (hosts != 0 || !is_host(database.srv))))
    return false;
  for (std::size_t at = 0; at < hosts; ++at) {
    if (!read(in, database.hosts.emplace_back())) return false;
  }
  return true;
}

bool are_names(const std::vector<std::string>& names) {
  return names.size() <= limits::database_members && std::ranges::all_of(names, is_member_name);
}

void write(FieldWriter& out, const std::vector<std::string>& names) {
  out.number(names.size());
  for (const std::string& name : names) out.text(name);
}

bool read(FieldReader& in, std::vector<std::string>& names) {
  const auto count = in.number<std::size_t>();
  if (count > limits::database_members) return false;
  for (std::size_t at = 0; at < count; ++at) names.push_back(in.text());
  return are_names(names);
}

void write(FieldWriter& out, const std::map<std::string, std::string>& tags) {
  out.number(tags.size());
  for (const auto& [name, value] : tags) out.text(name).text(value);
}

bool read(FieldReader& in, std::map<std::string, std::string>& tags) {
  const auto count = in.number<std::size_t>();
  if (count > limits::member_tags) return false;
  for (std::size_t at = 0; at < count; ++at) {
    std::string name = in.text();
    std::string value = in.text();
    if (!is_short(name) || !is_short(value)) return false;
    tags.emplace(std::move(name), std::move(value));
  }
  return true;
}

void write(FieldWriter& out, const HelloAnswer& answer) {
  out.text(answer.asked).number(int{answer.listed}).number(static_cast<unsigned>(answer.end));
  out.number(static_cast<unsigned>(answer.kind)).text(answer.me).text(answer.set).text(answer.primary);
  out.text(answer.address).number(answer.round_trip.count());
  for (const auto* names : {&answer.hosts, &answer.passives, &answer.arbiters}) write(out, *names);
  write(out, answer.tags);
}

bool read(FieldReader& in, HelloAnswer& answer) {
  answer.asked = in.text();
  answer.listed = in.number<unsigned>() == 1;
  const bool known = read_enum(in, answer.end) && read_enum(in, answer.kind);
  answer.me = in.text();
  answer.set = in.text();
  answer.primary = in.text();
  answer.address = in.text();
  answer.round_trip = std::chrono::microseconds(in.number<std::uint32_t>());
  if (!known) return false;
  for (auto* names : {&answer.hosts, &answer.passives, &answer.arbiters}) {
    if (!read(in, *names)) return false;
  }
  const auto is_name = [](const std::string& name) { return name.empty() || is_member_name(name); };
  return read(in, answer.tags) && is_member_name(answer.asked) && is_name(answer.me) && is_name(answer.primary) &&
         is_short(answer.set) && is_short(answer.address);
}

void write(FieldWriter& out, const DatabaseAnswers& database) {
  out.text(database.set).number(database.answers.size());
  for (const HelloAnswer& answer : database.answers) write(out, answer);
}

bool read(FieldReader& in, DatabaseAnswers& database) {
  database.set = in.text();
  const auto count = in.number<std::size_t>();
  if (!is_short(database.set) || count > limits::database_members) return false;
  for (std::size_t at = 0; at < count; ++at) {
    if (!read(in, database.answers.emplace_back())) return false;
  }
  return true;
}

}  // namespace

void write(FieldWriter& out, const DatabaseRequest& request) {
  write(out, request.tls);
  out.number(request.time.count());
  // The last fields of the message, so its end ends the list.
  for (const AskedDatabase& database : request.databases) write(out, database);
}

bool read(FieldReader& in, DatabaseRequest& request) {
  if (!read(in, request.tls)) return false;
  request.time = std::chrono::milliseconds(in.number<std::uint32_t>());
  while (in.more()) {
    if (request.databases.size() == limits::databases || !read(in, request.databases.emplace_back())) return false;
  }
  return request.time <= limits::database_time_in_all;
}

void write(FieldWriter& out, const DatabaseReply& reply) {
  for (const DatabaseAnswers& database : reply.databases) write(out, database);
}

bool read(FieldReader& in, DatabaseReply& reply) {
  while (in.more()) {
    if (reply.databases.size() == limits::databases || !read(in, reply.databases.emplace_back())) return false;
  }
  return true;
}

}  // namespace agent
