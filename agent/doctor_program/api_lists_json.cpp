// SPDX-License-Identifier: ISC
#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include <nlohmann/json.hpp>

#include "agent/base/doctor_limits.h"
#include "agent/doctor/database_uri.h"
#include "agent/doctor/message_fields.h"
#include "agent/doctor_program/api_lists.h"

namespace agent::doctor_program {

namespace {

using nlohmann::json;

constexpr std::array<const char*, platform::enum_count<ApiList>()> list_paths = {
    "daemon/configs",     "oplog/mongoConfigs", "snapshot/mongoConfigs",      "sync/mongoConfigs",
    "snapshot/s3Configs", "oplog/s3Configs",    "snapshot/fileSystemConfigs", "groups"};
constexpr std::array group_filters = {"daemonFilter", "labelFilter", "oplogStoreFilter", "snapshotStoreFilter",
                                      "syncStoreFilter"};

std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool flag_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

bool is_path(const std::string& text) { return text.size() <= limits::http_path && is_printable(text); }

// False: there is one that cannot be shown.
bool read_labels(const json& object, std::vector<std::string>& labels) {
  const auto found = object.find("labels");
  if (found == object.end() || found->is_null()) return true;
  if (!found->is_array() || found->size() > limits::api_labels) return false;
  for (const json& label : *found) {
    if (!label.is_string() || !is_short(label.get_ref<const std::string&>())) return false;
    labels.push_back(label.get<std::string>());
  }
  return true;
}

std::optional<ApiDaemon> daemon_in(const json& object) {
  const auto machine = object.find("machine");
  if (machine == object.end() || !machine->is_object()) return std::nullopt;
  ApiDaemon daemon{.machine = text_in(*machine, "machine"),
                   .head_directory = text_in(*machine, "headRootDirectory"),
                   .configured = flag_in(object, "configured"),
                   .backups = flag_in(object, "backupJobsEnabled"),
                   .restores = flag_in(object, "restoreJobsEnabled"),
                   .queryable_restores = flag_in(object, "restoreQueryableJobsEnabled"),
                   .grooms = flag_in(object, "garbageCollectionEnabled")};
  const bool sound = is_host(daemon.machine) && is_path(daemon.head_directory) && read_labels(object, daemon.labels);
  return sound ? std::optional(std::move(daemon)) : std::nullopt;
}

void read_database(json& object, ApiStore& store) {
  const auto found = object.find("uri");
  if (found == object.end() || !found->is_string()) return;
  auto& text = found->get_ref<std::string&>();
  auto uri = read_database_uri(text);
  platform::wipe(std::as_writable_bytes(std::span(text)));
  auto* const known = std::get_if<DatabaseUri>(&uri);
  if (known == nullptr || known->hosts.size() > limits::database_members || !is_short(known->set) ||
      !is_short(known->database))
    return;
  store.has_database = true;
  store.srv = known->srv;
  store.hosts = std::move(known->hosts);
  store.set = std::move(known->set);
  store.database = std::move(known->database);
  store.tls = flag_in(object, "ssl") || known->tls.value_or(known->srv);
}

std::optional<ApiStore> store_in(ApiList list, json& object) {
  ApiStore store{.list = list,
                 .id = text_in(object, "id"),
                 .path = text_in(object, "storePath"),
                 .write_concern = text_in(object, "writeConcern")};
  read_database(object, store);
  const bool sound = is_short(store.id) && !store.id.empty() && is_path(store.path) && is_short(store.write_concern) &&
                     read_labels(object, store.labels);
  return sound ? std::optional(std::move(store)) : std::nullopt;
}

void count_group(const json& object, ApiReply& reply) {
  ++reply.projects;
  const bool bound = std::ranges::any_of(group_filters, [&](const char* filter) {
    const auto found = object.find(filter);
    return found != object.end() && found->is_array() && !found->empty();
  });
  reply.bound_projects += bound ? 1 : 0;
}

template <class Entry>
bool keep(std::optional<Entry> entry, std::vector<Entry>& entries) {
  if (!entry || entries.size() == limits::api_entries) return false;
  entries.push_back(*std::move(entry));
  return true;
}

bool read_entry(ApiList list, json& object, ApiReply& reply) {
  if (!object.is_object()) return false;
  switch (list) {
    case ApiList::daemons: return keep(daemon_in(object), reply.daemons);
    case ApiList::groups: count_group(object, reply); return true;
    case ApiList::oplog_databases:
    case ApiList::snapshot_databases:
    case ApiList::sync_databases:
    case ApiList::s3_snapshots:
    case ApiList::s3_oplogs:
    case ApiList::file_systems: return keep(store_in(list, object), reply.stores);
  }
  __builtin_unreachable();
}

// Where a list has more entries than one page holds, the others are not known.
bool is_whole(const json& object, std::size_t entries) {
  const auto total = object.find("totalCount");
  return total == object.end() || !total->is_number_unsigned() || total->get<std::uint64_t>() <= entries;
}

}  // namespace

std::string path_of(ApiList list) {
  std::string path = "/api/public/v1.0/admin/backup/";
  path += list_paths.at(static_cast<std::size_t>(list));
  path += "?itemsPerPage=" + std::to_string(limits::api_entries);
  // Without it, daemons that only serve queryable restores are left out.
  return list == ApiList::daemons ? path + "&backupJobsEnabledOnly=false" : path;
}

ApiEnd read_list(ApiList list, std::string& body, ApiReply& reply) {
  // Errors are a value: the answer may be anything. The parsed copy is in ordinary memory; its URIs are wiped one by
  // one, and this process ends after one request.
  json object = json::parse(body, nullptr, false);
  platform::wipe(std::as_writable_bytes(std::span(body)));
  const auto results = object.is_object() ? object.find("results") : object.end();
  if (!object.is_object() || results == object.end() || !results->is_array()) return ApiEnd::broken;
  bool whole = is_whole(object, results->size());
  for (json& entry : *results) whole = read_entry(list, entry, reply) && whole;
  return whole ? ApiEnd::answered : ApiEnd::incomplete;
}

}  // namespace agent::doctor_program
