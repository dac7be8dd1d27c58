// SPDX-License-Identifier: ISC
// The messages between genkey-agent and its backup program, genkey-agent-backup: one request, one reply.
//
// A message is a list of fields, each a 32-bit big-endian count and that many bytes; numbers are written in digits. The
// first field is the index of the alternative in BackupRequest or BackupReply. Each side limits what it reads
// (agent/base/limits.h) and refuses an unknown index, a missing field and a field too many. Messages hold credentials
// and a host's settings, so they are kept in locked memory and never written to a disk.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/config/backup_destination.h"
#include "platform/base/bytes.h"
#include "platform/base/clock.h"
#include "platform/base/result.h"
#include "platform/base/secret_bytes.h"

namespace agent {

/// What the environment and the shared credentials file hold. The backup program chooses among them, and asks the
/// instance profile when they hold nothing.
struct S3Credentials {
  std::string access_key;               // AWS_ACCESS_KEY_ID
  platform::SecretBytes secret_key;     // AWS_SECRET_ACCESS_KEY
  platform::SecretBytes session_token;  // AWS_SESSION_TOKEN
  std::string profile;                  // AWS_PROFILE
  platform::SecretBytes file;           // the shared credentials file, not parsed yet
};

enum class StoreAct : std::uint8_t { put, get, list, remove };

struct S3Request {
  StoreAct act = StoreAct::list;
  S3Bucket bucket;
  S3Credentials credentials;
  std::chrono::milliseconds patience{0};
  std::string name;         // of a copy; empty for list
  platform::Bytes content;  // for put
};

/// A file of the host's state.
struct NamedContent {
  std::string name;
  platform::SecretBytes content;
};
struct PackRequest {
  std::vector<NamedContent> files;
};
struct UnpackRequest {
  platform::SecretBytes tar;
  std::vector<std::string> expected;  // the names that may be in it
};
using BackupRequest = std::variant<S3Request, PackRequest, UnpackRequest>;

struct Stored {};
struct Fetched {
  platform::Bytes content;
};
struct StoredObject {
  std::string name;
  std::uint64_t size = 0;
  platform::Time stored;
};
struct Listed {
  std::vector<StoredObject> objects;
};
struct RemovedObject {
  bool former_version_stays = false;  // the store keeps versions
};
struct Packed {
  platform::SecretBytes tar;
};
struct Unpacked {
  std::vector<NamedContent> files;
};
using BackupReply = std::variant<Stored, Fetched, Listed, RemovedObject, Packed, Unpacked>;

platform::SecretBytes encode(const BackupRequest& request);
std::optional<BackupRequest> decode_backup_request(platform::BytesView message);
platform::SecretBytes encode(const platform::Result<BackupReply>& reply);
/// The error that the reply holds; internal when it is not a reply.
platform::Result<BackupReply> decode_backup_reply(platform::BytesView message);

}  // namespace agent
