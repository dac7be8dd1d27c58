// SPDX-License-Identifier: ISC
#include "agent/doctor/api_messages.h"

#include <algorithm>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/message_fields.h"

namespace agent {

namespace {

// As in http_messages.cpp: write() and read() of a type have the same fields in the same order.

void write(FieldWriter& out, const std::vector<std::string>& labels) {
  out.number(labels.size());
  for (const std::string& label : labels) out.text(label);
}

bool read(FieldReader& in, std::vector<std::string>& labels) {
  const auto count = in.number<std::size_t>();
  if (count > limits::api_labels) return false;
  for (std::size_t at = 0; at < count; ++at) labels.push_back(in.text());
  return std::ranges::all_of(labels, is_short);
}

bool read_flag(FieldReader& in) { return in.number<unsigned>() == 1; }

bool is_path(std::string_view text) { return text.size() <= limits::http_path && is_printable(text); }

void write(FieldWriter& out, const ApiDaemon& daemon) {
  out.text(daemon.machine).text(daemon.head_directory).number(int{daemon.configured}).number(int{daemon.backups});
  out.number(int{daemon.restores}).number(int{daemon.queryable_restores}).number(int{daemon.grooms});
  write(out, daemon.labels);
}

bool read(FieldReader& in, ApiDaemon& daemon) {
  daemon.machine = in.text();
  daemon.head_directory = in.text();
  for (bool* const flag :
       {&daemon.configured, &daemon.backups, &daemon.restores, &daemon.queryable_restores, &daemon.grooms})
    *flag = read_flag(in);
  return read(in, daemon.labels) && is_host(daemon.machine) && is_path(daemon.head_directory);
}

void write(FieldWriter& out, const ApiStore& store) {
  out.number(static_cast<unsigned>(store.list)).text(store.id).text(store.path).number(int{store.has_database});
  out.number(int{store.srv}).text(store.set).text(store.database).number(int{store.tls}).text(store.write_concern);
  write(out, store.labels);
  out.number(store.hosts.size());
  for (const Address& host : store.hosts) out.text(host.host).number(host.port);
}

bool read(FieldReader& in, ApiStore& store) {
  const bool known = read_enum(in, store.list);
  store.id = in.text();
  store.path = in.text();
  store.has_database = read_flag(in);
  store.srv = read_flag(in);
  store.set = in.text();
  store.database = in.text();
  store.tls = read_flag(in);
  store.write_concern = in.text();
  const bool sound = read(in, store.labels);
  const auto hosts = in.number<std::size_t>();
  if (!known || !sound || hosts > limits::database_members) return false;
  for (std::size_t at = 0; at < hosts; ++at) {
    Address host{in.text(), in.number<std::uint16_t>()};
    if (!is_host(host.host) || host.port == 0) return false;
    store.hosts.push_back(std::move(host));
  }
  return is_short(store.id) && is_path(store.path) && is_short(store.set) && is_short(store.database) &&
         is_short(store.write_concern) && store.has_database != store.hosts.empty();
}

template <class Entry>
bool read_entries(FieldReader& in, std::vector<Entry>& entries) {
  const auto count = in.number<std::size_t>();
  if (count > limits::api_entries) return false;
  for (std::size_t at = 0; at < count; ++at) {
    if (!read(in, entries.emplace_back())) return false;
  }
  return true;
}

}  // namespace

void write(FieldWriter& out, const ApiRequest& request) {
  out.number(int{request.origin.tls}).text(request.origin.host).number(request.origin.port);
  out.secret(request.user).secret(request.key).number(request.time.count());
}

bool read(FieldReader& in, ApiRequest& request) {
  request.origin.tls = read_flag(in);
  request.origin.host = in.text();
  request.origin.port = in.number<std::uint16_t>();
  request.origin.verified = false;
  request.user = in.secret();
  request.key = in.secret();
  request.time = std::chrono::milliseconds(in.number<std::uint32_t>());
  const auto is_part = [](const platform::SecretBytes& part) {
    return !part.empty() && part.size() <= limits::api_key_part;
  };
  return is_host(request.origin.host) && request.origin.port != 0 && is_part(request.user) && is_part(request.key) &&
         request.time <= limits::http_time_in_all;
}

void write(FieldWriter& out, const ApiReply& reply) {
  for (const ApiEnd end : reply.ends) out.number(static_cast<unsigned>(end));
  out.number(reply.projects).number(reply.bound_projects).number(reply.daemons.size());
  for (const ApiDaemon& daemon : reply.daemons) write(out, daemon);
  out.number(reply.stores.size());
  for (const ApiStore& store : reply.stores) write(out, store);
}

bool read(FieldReader& in, ApiReply& reply) {
  bool known = true;
  for (ApiEnd& end : reply.ends) known = read_enum(in, end) && known;
  reply.projects = in.number<std::uint32_t>();
  reply.bound_projects = in.number<std::uint32_t>();
  return known && read_entries(in, reply.daemons) && read_entries(in, reply.stores);
}

}  // namespace agent
