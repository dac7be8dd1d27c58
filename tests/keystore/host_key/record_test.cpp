// SPDX-License-Identifier: ISC
// The record of a host's key: kept as it was written, refused when a part of it is missing, merged as designed.
#include "keystore/host_key/record.h"

#include <array>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "platform/host/host_facts.h"
#include "tests/agent/samples.h"

using keystore::decode_record;
using keystore::FleetClaim;
using keystore::KeyProof;
using keystore::Origin;
using keystore::Record;
using keystore::Standing;
using nlohmann::json;

namespace {

Record record_of(std::uint8_t fleet, std::uint32_t generation, Standing standing) {
  return keystore::make_record(KeyProof(tests::key(1)), tests::fleet(fleet), generation, standing, Origin::joined);
}

// Each member differs from its default, so that one that is not written is missed.
Record full_record() {
  Record record = record_of(1, 7, Standing::established);
  record.proved_by_peer = true;
  record.settled = true;
  record.network_mount = "/mnt/keys";
  record.displaced = "gen.key.unrecorded.1.aa";
  // Only an absolute path is read back, and Windows wants a drive for that.
  record.key_file = platform::Path("/").is_absolute() ? "/mnt/keys/gen.key" : "C:/keys/gen.key";
  return record;
}

Record merged(Record record, std::vector<FleetClaim> claims) {
  const KeyProof proof(tests::key(1));
  const Record before = record;
  const bool changed = keystore::merge_fleet(record, claims, proof);
  CHECK(changed == (record != before));
  CHECK(keystore::is_recorded(proof, record));
  return record;
}

}  // namespace

TEST_CASE("a record is read as it was written") {
  for (const Record& record : {full_record(), record_of(2, 1, Standing::provisional)}) {
    const auto read = decode_record(keystore::encode(record));
    REQUIRE(read);
    CHECK(*read == record);
  }
}

TEST_CASE("a record that was written before the machine's first boot names no machine") {
  json written = json::parse(keystore::encode(full_record()));
  for (const char* none : {"", "uninitialized"}) {
    written["machine"] = none;
    if (!platform::is_machine_id(none)) CHECK(decode_record(written.dump())->machine.empty());
  }
}

TEST_CASE("a record names no displaced file outside its directory") {
  Record record = full_record();
  for (const char* name : {"../gen.key", "/etc/gen.key", "gen.key./../../x", "gen.key.a\\b", "identity.pem", ".."}) {
    record.displaced = name;
    CHECK_FALSE(decode_record(keystore::encode(record))->displaced);
  }
}

TEST_CASE("a record knows its key and no other") {
  const Record record = full_record();
  CHECK(keystore::is_recorded(KeyProof(tests::key(1)), record));
  CHECK_FALSE(keystore::is_recorded(KeyProof(tests::key(2)), record));
}

TEST_CASE("a record holds no byte of the key") {
  const std::string text = keystore::encode(full_record());
  CHECK(text.find(platform::hex_encode(tests::key(1).duplicate_bytes().reveal())) == std::string::npos);
}

TEST_CASE("a record of an older version names no key file, and a path that JSON cannot hold is left out") {
  json older = json::parse(keystore::encode(full_record()));
  older.erase("key_file");
  const auto read = decode_record(older.dump());
  REQUIRE(read);
  CHECK_FALSE(read->key_file);
  for (const json& wrong : {json(7), json(""), json("gen.key")}) {
    older["key_file"] = wrong;
    CHECK_FALSE(decode_record(older.dump())->key_file);
  }
  Record record = full_record();
  for (const char* path : {"/a/g\xe9n.key", "/a/\"b\"/gen.key", "/a/\x01gen.key"}) {
    keystore::record_key_file(record, path);
    CHECK_FALSE(record.key_file);
  }
  keystore::record_key_file(record, "/schl\xc3\xbcssel/gen.key");
  CHECK(decode_record(keystore::encode(record))->key_file == "/schl\xc3\xbcssel/gen.key");
}

TEST_CASE("members that a later version added are ignored") {
  const Record record = full_record();
  json object = json::parse(keystore::encode(record));
  object["colour"] = {{"deep", {1, 2, 3}}};
  const auto read = decode_record(object.dump());
  REQUIRE(read);
  CHECK(*read == record);
}

TEST_CASE("a record without a member that it needs, or with a wrong one, is refused by that member's name") {
  const json whole = json::parse(keystore::encode(full_record()));
  for (const char* member : {"schema", "fleet", "generation", "standing", "epoch", "witness", "origin", "installed"}) {
    CAPTURE(member);
    json missing = whole;
    missing.erase(member);
    for (const json& wrong : {json(), json(true), json(-1), json("x"), json::array(), json::object(), json(1e300),
                              json(std::uint64_t{1} << 40U)}) {
      json changed = whole;
      changed[member] = wrong;
      const bool may_be_any_number = std::string_view(member) == "installed" && wrong.is_number_integer();
      const auto read = decode_record(changed.dump());
      CHECK(read.has_value() == may_be_any_number);
      if (!read) CHECK(read.error().message.find(member) != std::string::npos);
    }
    const auto read = decode_record(missing.dump());
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == platform::ErrorKind::configuration);
    CHECK(read.error().message.find(member) != std::string::npos);
  }
}

TEST_CASE("what is no JSON object is no record, and nor is half of one") {
  const std::string whole = keystore::encode(full_record());
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) CHECK_FALSE(decode_record(whole.substr(0, size)));
  for (const char* text : {"null", "[]", "1", "\"\"", "{}"}) CHECK_FALSE(decode_record(text));
}

TEST_CASE("what the listener may read has the claim and no witness") {
  const Record record = full_record();
  const std::string text = keystore::encode_public(record);
  const auto read = keystore::decode_public_record(text);
  REQUIRE(read);
  CHECK(read->claim == FleetClaim{record.fleet, record.generation, record.standing});
  CHECK(read->epoch == record.epoch);
  CHECK(text.find(platform::hex_encode(record.witness)) == std::string::npos);
  CHECK_FALSE(keystore::decode_public_record(keystore::encode(record)));
}

TEST_CASE("hosts that agree take the fleet of the higher standing") {
  const Record own = record_of(1, 9, Standing::chosen);
  CHECK(merged(own, {{tests::fleet(5), 2, Standing::established}}).fleet == tests::fleet(5));
  CHECK(merged(own, {{tests::fleet(5), 2, Standing::established}}).generation == 2);
  CHECK(merged(own, {{tests::fleet(0), 2, Standing::provisional}}) == own);
}

TEST_CASE("between equal standings the smaller fleet wins, and in one fleet the larger generation") {
  const Record own = record_of(3, 2, Standing::chosen);
  CHECK(merged(own, {{tests::fleet(2), 1, Standing::chosen}}).fleet == tests::fleet(2));
  CHECK(merged(own, {{tests::fleet(4), 9, Standing::chosen}}) == own);
  CHECK(merged(own, {{tests::fleet(3), 5, Standing::chosen}}).generation == 5);
  CHECK(merged(own, {{tests::fleet(3), 1, Standing::chosen}}) == own);
}

TEST_CASE("an absurd generation is ignored") {
  const Record own = record_of(3, 2, Standing::chosen);
  CHECK(merged(own, {{tests::fleet(3), keystore::largest_generation + 1, Standing::established}}) == own);
  CHECK(merged(own, {{tests::fleet(1), 0, Standing::established}}) == own);
  CHECK(merged(own, {{tests::fleet(3), keystore::largest_generation, Standing::chosen}}).generation ==
        keystore::largest_generation);
}

TEST_CASE("hosts that adopted the same key alone come to one fleet, in whichever order they meet") {
  std::array<Record, 3> hosts = {record_of(3, 1, Standing::provisional), record_of(1, 1, Standing::provisional),
                                 record_of(2, 1, Standing::provisional)};
  const auto meet = [&](std::size_t one, std::size_t other) {
    const FleetClaim left{hosts.at(one).fleet, hosts.at(one).generation, hosts.at(one).standing};
    const FleetClaim right{hosts.at(other).fleet, hosts.at(other).generation, hosts.at(other).standing};
    hosts.at(one) = merged(hosts.at(one), {right});
    hosts.at(other) = merged(hosts.at(other), {left});
  };
  meet(0, 2);
  meet(2, 1);
  meet(0, 1);
  for (const Record& host : hosts) CHECK(host.fleet == tests::fleet(1));
}

TEST_CASE("each key that comes begins a new epoch") {
  CHECK(record_of(1, 1, Standing::chosen).epoch != record_of(1, 1, Standing::chosen).epoch);
}

TEST_CASE("the record of a copied disk begins anew") {
  Record record = full_record();
  const Record before = record;
  keystore::begin_anew(record);
  CHECK(record.standing == Standing::provisional);
  CHECK_FALSE(record.proved_by_peer);
  CHECK_FALSE(record.settled);
  CHECK(record.epoch != before.epoch);
  CHECK(record.fleet == before.fleet);
  CHECK(keystore::is_recorded(KeyProof(tests::key(1)), record));
}
