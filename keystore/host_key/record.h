// SPDX-License-Identifier: ISC
// The host's durable record of its key: which fleet and generation, how the key came, and how sure the host may be.
// With it a host recognises its own key offline, and so notices a key that was swapped while no peer answers.
//
// File: JSON, schema "genkey-agent/record/1", owned by root and readable by the service's group. It holds nothing
// secret: the witness is an HMAC under a key derived from gen.key (keystore/key/key_proof.h). Only root writes it, so
// nothing else on the host can change what counts as the right key.
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

/// How sure a host may be of its key, from least to most. Compared with < and sent to peers as a number: the order and
/// the numbers stay.
enum class Standing : std::uint8_t {
  provisional,  // the key was adopted, has no record, or is not the recorded key
  chosen,       // by generate, import, join or restore
  established,  // proved by another pin, vouched for by a person, or seen in use by Ops Manager
};

/// How the key came to this host. For people; nothing is decided by it.
enum class Origin : std::uint8_t { generated, imported, joined, adopted, refetched, restored };

struct Record {
  FleetId fleet;
  std::uint32_t generation = 1;
  Mac witness{};
  Standing standing = Standing::provisional;
  Origin origin = Origin::adopted;
  platform::Time installed;
  std::string epoch;    // 16 hex digits, new with each key on this host; proofs of an earlier epoch do not count
  std::string machine;  // machine-id when the record was made; another one now means that the disk was copied
  bool proved_by_peer = false;  // another pin has proved this key at least once
  bool settled = false;         // in one round this host agreed with more than half of the hosts in its list
  std::optional<std::string> network_mount;  // where the key file lives, if that is a network file system
  // Where Ops Manager read its key when the record was last written with certainty; records of older versions lack it.
  std::optional<std::string> key_file;
  // The file in displaced/ that keeps the key which this one took the place of.
  std::optional<std::string> displaced;

  bool operator==(const Record&) const = default;
};

/// A new record, with a new epoch, for a key that came now.
Record make_record(const KeyProof& proof, const FleetId& fleet, std::uint32_t generation, Standing standing,
                   Origin origin);
/// Sets key_file. A path that JSON cannot hold unchanged is left out.
void record_key_file(Record& record, const platform::Path& key_file);
/// Whether the key of `proof` is the recorded one.
bool is_recorded(const KeyProof& proof, const Record& record);

/// For the record of a disk that was copied to this machine. What peers proved to the other machine does not count
/// here, so the record becomes provisional and gets a new epoch.
void begin_anew(Record& record);

/// Hosts with the same key have different fleet ids when people imported the key on each host. Hosts that agree settle
/// on one id: that of the higher standing, then the smaller id, and within a fleet the larger generation. Each host
/// comes to the same answer alone. A generation above `largest_generation` is ignored. Gives whether the record
/// changed.
struct FleetClaim {
  FleetId fleet;
  std::uint32_t generation = 1;
  Standing standing = Standing::provisional;
  bool operator==(const FleetClaim&) const = default;
};
inline constexpr std::uint32_t largest_generation = std::uint32_t{1} << 31U;
bool merge_fleet(Record& record, std::span<const FleetClaim> claims, const KeyProof& proof);

/// What the listener needs of the record to say what this host claims. The listener may not read the record itself.
/// Nothing in it is derived from the key.
struct PublicRecord {
  FleetClaim claim;
  std::string epoch;
};

std::string encode(const Record& record);
/// Fails with configuration and names the member that is wrong. Unknown members are ignored, so that a version can add
/// one and its predecessor still reads the file.
platform::Result<Record> decode_record(std::string_view text);
/// Schema "genkey-agent/claim/1".
std::string encode_public(const Record& record);
platform::Result<PublicRecord> decode_public_record(std::string_view text);

std::string_view name_of(Standing standing);
std::string_view name_of(Origin origin);
std::optional<Standing> standing_named(std::string_view name);

}  // namespace keystore
