// SPDX-License-Identifier: ISC
// What genkey-agent-doctor asks Ops Manager's administration API, and what it answers: a part of program_request.h.
//
// Of the API's answers only what is listed here goes on: names, paths and flags. The URI of a store may hold a
// password, so the program cuts it to hosts and options before anything else sees it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/secret_fields.h"
#include "agent/doctor/http_messages.h"
#include "agent/protocol/address.h"
#include "platform/base/enum_count.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// The lists below /api/public/v1.0/admin/backup. Each is asked for once.
enum class ApiList : std::uint8_t {
  daemons,             // daemon/configs
  oplog_databases,     // oplog/mongoConfigs
  snapshot_databases,  // snapshot/mongoConfigs
  sync_databases,      // sync/mongoConfigs
  s3_snapshots,        // snapshot/s3Configs
  s3_oplogs,           // oplog/s3Configs
  file_systems,        // snapshot/fileSystemConfigs
  groups,              // groups: what of the projects is bound to certain daemons and stores
};

enum class ApiEnd : std::uint8_t {
  not_asked,      // the time was over, or an earlier request was refused
  answered,       // with the whole list
  refused,        // 401 or 403: the key, its role, or the addresses that it may be used from
  no_digest,      // this system's OpenSSL has no MD5, which HTTP digest needs
  absent,         // 404: this version of Ops Manager has no such list
  no_connection,  // refused, or no way there
  silent,         // no complete answer in time
  broken,         // another status, or not what the API answers
  incomplete,     // more entries than one answer has, or more than the limits allow
};

struct ApiRequest {
  HttpOrigin origin;                  // of this host's web server
  platform::SecretBytes user;         // the public part of the API key
  platform::SecretBytes key;          // the private part
  std::chrono::milliseconds time{0};  // for all lists
};

struct ApiDaemon {
  std::string machine;         // as Ops Manager names the host
  std::string head_directory;  // may be empty
  bool configured = false;     // activated
  bool backups = false;        // the boxes of its configuration page
  bool restores = false;
  bool queryable_restores = false;
  bool grooms = false;
  std::vector<std::string> labels;
  bool operator==(const ApiDaemon&) const = default;
};

struct ApiStore {
  ApiList list = ApiList::snapshot_databases;
  std::string id;
  std::string path;            // of a file system
  bool has_database = false;   // its URI could be read
  bool srv = false;            // the only host is a name that DNS resolves to hosts
  std::vector<Address> hosts;  // of the URI
  std::string set;             // replicaSet of the URI; may be empty
  std::string database;        // of the URI; may be empty
  bool tls = false;
  std::string write_concern;  // "W2"; may be empty
  std::vector<std::string> labels;
  bool operator==(const ApiStore&) const = default;
};

struct ApiReply {
  std::array<ApiEnd, platform::enum_count<ApiList>()> ends{};
  std::vector<ApiDaemon> daemons;
  std::vector<ApiStore> stores;
  std::uint32_t projects = 0;        // of the list of groups
  std::uint32_t bound_projects = 0;  // those with a filter for daemons, stores or labels

  [[nodiscard]] ApiEnd end_of(ApiList list) const { return ends.at(static_cast<std::size_t>(list)); }
};

void write(FieldWriter& out, const ApiRequest& request);
/// False: a value is beyond its limit, or is not what it should be.
bool read(FieldReader& in, ApiRequest& request);
void write(FieldWriter& out, const ApiReply& reply);
bool read(FieldReader& in, ApiReply& reply);

}  // namespace agent
