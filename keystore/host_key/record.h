// The host's durable note about its key: which fleet and generation, how the key came, and how sure the host may be.
//
// File: JSON, schema "genkey-agent/record/1", root's and readable by the service's group. It holds nothing secret: the
// witness is an HMAC under a key derived from gen.key (keystore/key/key_proof.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "keystore/key/key_proof.h"
#include "platform/base/clock.h"
#include "platform/base/path.h"
#include "platform/base/result.h"

namespace keystore {

/// How sure a host may be of its key; ordered.
enum class Standing : std::uint8_t {
  provisional,  // adopted, without a record, or not the recorded key
  chosen,       // by generate, import, join or restore
  established,  // proved by another pin, vouched for by a person, or seen in use by Ops Manager
};

enum class Origin : std::uint8_t { generated, imported, joined, adopted, refetched, restored };

struct Record {
  FleetId fleet;
  std::uint32_t generation = 1;
  Mac witness{};
  Standing standing = Standing::provisional;
  Origin origin = Origin::adopted;
  platform::Time installed;
  std::string epoch;    // 16 hex digits, new with each key on this host: what peers proved before does not count
  std::string machine;  // machine-id at that time
  bool proved_by_peer = false;               // another pin has proved this key at least once
  std::optional<std::string> network_mount;  // where the key file lives, if that is a network file system
  // Where Ops Manager read its key when the record was last written with certainty; records of older versions lack it.
  std::optional<std::string> key_file;

  bool operator==(const Record&) const = default;
};

/// A new one for a key that came now; the witness is the key's.
Record make_record(const KeyProof& proof, const FleetId& fleet, std::uint32_t generation, Standing standing,
                   Origin origin);
/// Nothing is recorded of a path that JSON cannot hold as it is.
void record_key_file(Record& record, const platform::Path& key_file);
/// Whether `proof`'s key is the recorded one.
bool is_recorded(const KeyProof& proof, const Record& record);

/// The record of a disk that was copied to this machine: what peers proved to the other one does not count here.
void begin_anew(Record& record);

/// Hosts that agree take the fleet and generation of the higher standing; between equals the smaller id, and in one
/// fleet the larger generation. A generation above `largest_generation` is ignored. Tells whether anything changed.
struct FleetClaim {
  FleetId fleet;
  std::uint32_t generation = 1;
  Standing standing = Standing::provisional;
  bool operator==(const FleetClaim&) const = default;
};
inline constexpr std::uint32_t largest_generation = std::uint32_t{1} << 31U;
bool merge_fleet(Record& record, std::span<const FleetClaim> claims, const KeyProof& proof);

/// What the listener, which may not read the record, needs of it to say what this host claims. Holds no keyed byte.
struct PublicRecord {
  FleetClaim claim;
  std::string epoch;
};

std::string encode(const Record& record);
/// configuration when it is not a record, naming what is wrong; unknown members are ignored.
platform::Result<Record> decode_record(std::string_view text);
/// Schema "genkey-agent/claim/1".
std::string encode_public(const Record& record);
platform::Result<PublicRecord> decode_public_record(std::string_view text);

std::string_view name_of(Standing standing);
std::string_view name_of(Origin origin);
std::optional<Standing> standing_named(std::string_view name);

}  // namespace keystore
