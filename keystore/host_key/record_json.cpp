// SPDX-License-Identifier: ISC
#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "keystore/host_key/record.h"
#include "platform/base/enum_count.h"
#include "platform/host/host_facts.h"

namespace keystore {

namespace {

using nlohmann::json;
using platform::ErrorKind;
using platform::fail;
using platform::Result;

constexpr std::string_view schema = "genkey-agent/record/1";
constexpr std::string_view public_schema = "genkey-agent/claim/1";
constexpr std::size_t epoch_digits = 16;
// Names and not numbers: people read the file, and the numbers of Origin may change. The order is that of the enums.
constexpr std::array<std::string_view, 3> standing_names = {"provisional", "chosen", "established"};
static_assert(standing_names.size() == platform::enum_count<Standing>());
constexpr std::array<std::string_view, 6> origin_names = {"generated", "imported",  "joined",
                                                          "adopted",   "refetched", "restored"};
static_assert(origin_names.size() == platform::enum_count<Origin>());

template <std::size_t N>
std::optional<std::uint8_t> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - names.begin());
}

// A missing member and one of another type are the same here: the caller refuses both, or neither matters.
std::string text_in(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

template <std::size_t N>
bool bytes_in(const json& object, const char* member, std::array<std::byte, N>& out) {
  const auto decoded = platform::hex_decode(text_in(object, member));
  if (!decoded || decoded->size() != N) return false;
  std::ranges::copy(*decoded, out.begin());
  return true;
}

std::optional<std::int64_t> number_in(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

bool is_true(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

tl::unexpected<platform::Error> wrong(const char* member) {
  return fail(ErrorKind::configuration, "the record has no valid \"" + std::string(member) + "\"");
}

// A total order: each host of a round picks the same winner, in whatever order it hears the claims. The smaller id has
// no merit; some rule is needed that both sides know.
bool prevails(const FleetClaim& claim, const FleetClaim& over) {
  if (claim.standing != over.standing) return claim.standing > over.standing;
  if (claim.fleet != over.fleet) return claim.fleet < over.fleet;
  return claim.generation > over.generation;
}

// Random and not counted, because a host without a record has no count to go on from.
std::string new_epoch() {
  std::array<std::byte, epoch_digits / 2> bytes{};
  platform::fill_random(bytes);
  return platform::hex_encode(bytes);
}

// What a record and its public part have in common. Every member is demanded and checked: a guessed standing or
// generation would become evidence for other hosts.
Result<PublicRecord> read_claim(const json& object) {
  PublicRecord found;
  if (!bytes_in(object, "fleet", found.claim.fleet.bytes)) return wrong("fleet");
  const auto generation = number_in(object, "generation");
  if (!generation || *generation < 1 || *generation > largest_generation) return wrong("generation");
  found.claim.generation = static_cast<std::uint32_t>(*generation);
  const auto standing = standing_named(text_in(object, "standing"));
  if (!standing) return wrong("standing");
  found.claim.standing = *standing;
  found.epoch = text_in(object, "epoch");
  if (found.epoch.size() != epoch_digits) return wrong("epoch");
  return found;
}

// Shared by both files, so that the public part cannot say anything else than the record.
json write_claim(std::string_view as, const Record& record) {
  return {{"schema", as},
          {"fleet", record.fleet.hex()},
          {"generation", record.generation},
          {"standing", name_of(record.standing)},
          {"epoch", record.epoch}};
}

bool is_displaced_name(std::string_view name) {
  return name.starts_with("gen.key.") && name.find_first_of("/\\:") == std::string_view::npos;
}

Result<Record> from_json(const json& object) {
  if (text_in(object, "schema") != schema) return wrong("schema");
  const PublicRecord open = TRY(read_claim(object));
  Record record{.fleet = open.claim.fleet,
                .generation = open.claim.generation,
                .standing = open.claim.standing,
                .epoch = open.epoch};
  if (!bytes_in(object, "witness", record.witness)) return wrong("witness");
  const auto origin = index_of(origin_names, text_in(object, "origin"));
  if (!origin) return wrong("origin");
  record.origin = static_cast<Origin>(*origin);
  const auto installed = number_in(object, "installed");
  if (!installed) return wrong("installed");
  record.installed = platform::Time(std::chrono::seconds(*installed));
  // Version 0.1 recorded what an image has before its first boot. It names no machine, and this host is no copy of one.
  if (const std::string machine = text_in(object, "machine"); platform::is_machine_id(machine))
    record.machine = machine;
  // Absent means no, which is the weaker claim.
  record.proved_by_peer = is_true(object, "proved_by_peer");
  record.settled = is_true(object, "settled");
  if (const std::string mount = text_in(object, "network_mount"); !mount.empty()) record.network_mount = mount;
  const platform::Path key_file = text_in(object, "key_file");
  if (key_file.is_absolute()) record.key_file = key_file.string();
  // A plain name: a file of this name may be removed.
  const std::string displaced = text_in(object, "displaced");
  if (is_displaced_name(displaced)) record.displaced = displaced;
  return record;
}

}  // namespace

Record make_record(const KeyProof& proof, const FleetId& fleet, std::uint32_t generation, Standing standing,
                   Origin origin) {
  return {.fleet = fleet,
          .generation = generation,
          .witness = proof.witness(fleet, generation),
          .standing = standing,
          .origin = origin,
          .installed = platform::now(),
          .epoch = new_epoch(),
          .machine = platform::machine_id(),
          .proved_by_peer = false,
          .settled = false,
          .network_mount = std::nullopt,
          .key_file = std::nullopt,
          .displaced = std::nullopt};
}

void record_key_file(Record& record, const platform::Path& key_file) {
  const std::string& text = key_file.string();
  const bool plain = text.find_first_of("\"\\") == std::string::npos && json::accept('"' + text + '"');
  record.key_file = plain ? std::optional(text) : std::nullopt;
}

// All comparisons of MACs are in constant time, so that nobody has to find out for which of them time matters.
bool is_recorded(const KeyProof& proof, const Record& record) {
  return platform::equal_in_constant_time(proof.witness(record.fleet, record.generation), record.witness);
}

// The machine first: a record that keeps the old machine's id would begin anew at every command.
void begin_anew(Record& record) {
  record.machine = platform::machine_id();
  record.standing = Standing::provisional;
  record.proved_by_peer = false;
  record.settled = false;
  record.epoch = new_epoch();
}

bool merge_fleet(Record& record, std::span<const FleetClaim> claims, const KeyProof& proof) {
  FleetClaim best{record.fleet, record.generation, record.standing};  // this host's own claim takes part
  for (const FleetClaim& claim : claims) {
    if (claim.generation >= 1 && claim.generation <= largest_generation && prevails(claim, best)) best = claim;
  }
  if (best.fleet == record.fleet && best.generation == record.generation) return false;
  record.fleet = best.fleet;
  record.generation = best.generation;
  // The witness covers both, so the old one would make this host's key look like another key.
  record.witness = proof.witness(record.fleet, record.generation);
  return true;
}

std::string encode(const Record& record) {
  json object = write_claim(schema, record);
  object["witness"] = platform::hex_encode(record.witness);
  object["origin"] = name_of(record.origin);
  object["installed"] = record.installed.time_since_epoch().count();
  object["machine"] = record.machine;
  object["proved_by_peer"] = record.proved_by_peer;
  object["settled"] = record.settled;
  if (record.network_mount) object["network_mount"] = *record.network_mount;
  if (record.key_file) object["key_file"] = *record.key_file;
  if (record.displaced) object["displaced"] = *record.displaced;
  return object.dump(2) + "\n";
}

std::string encode_public(const Record& record) { return write_claim(public_schema, record).dump(2) + "\n"; }

// Without exceptions the parser gives a discarded value for damaged text, and that is not an object.
Result<PublicRecord> decode_public_record(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object() || text_in(object, "schema") != public_schema) return wrong("schema");
  return read_claim(object);
}

Result<Record> decode_record(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(ErrorKind::configuration, "the record is not JSON");
  return from_json(object);
}

std::string_view name_of(Standing standing) { return standing_names.at(static_cast<std::size_t>(standing)); }
std::string_view name_of(Origin origin) { return origin_names.at(static_cast<std::size_t>(origin)); }

std::optional<Standing> standing_named(std::string_view name) {
  const auto index = index_of(standing_names, name);
  return index ? std::optional(static_cast<Standing>(*index)) : std::nullopt;
}

}  // namespace keystore
