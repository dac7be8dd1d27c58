// SPDX-License-Identifier: ISC
// Which copy is restored when there are several.
#include "agent/backups/choose_copies.h"

#include <doctest/doctest.h>

using agent::choose_copies;
using agent::FoundCopy;
using agent::Wanted;
using keystore::BackupName;
using keystore::FleetId;
using platform::ErrorKind;

namespace {

FleetId fleet(int number) {
  FleetId id;
  id.bytes.back() = static_cast<std::byte>(number);
  return id;
}

FoundCopy copy(int of_fleet, std::uint32_t generation, int seconds, const char* host = "om1") {
  FoundCopy found;
  found.copy.name = {.fleet = fleet(of_fleet),
                     .generation = generation,
                     .host = host,
                     .time = platform::Time(std::chrono::seconds(seconds))};
  return found;
}

FoundCopy state(FoundCopy found) {
  found.copy.name.content = BackupName::Content::host_state;
  return found;
}

}  // namespace

TEST_CASE("the newest comes first, whichever host stored it") {
  const auto chosen = choose_copies({copy(1, 1, 10), copy(1, 1, 30, "om2"), copy(1, 1, 20)}, {});
  REQUIRE(chosen);
  CHECK(*chosen == std::vector{copy(1, 1, 30, "om2"), copy(1, 1, 20), copy(1, 1, 10)});
}

TEST_CASE("an earlier generation is no choice beside a later one, however new its copies are") {
  const auto chosen = choose_copies({copy(1, 1, 90), copy(1, 2, 10)}, {});
  REQUIRE(chosen);
  CHECK(*chosen == std::vector{copy(1, 2, 10)});
}

TEST_CASE("a host with a record is given copies of the recorded generation alone") {
  const std::vector copies = {copy(1, 1, 10), copy(1, 2, 20), copy(2, 1, 30)};
  const auto chosen = choose_copies(copies, {.fleet = fleet(1), .generation = 1});
  REQUIRE(chosen);
  CHECK(*chosen == std::vector{copy(1, 1, 10)});
  CHECK(agent::latest_generation(copies, fleet(1)) == 2);
  CHECK(agent::latest_generation(copies, fleet(3)) == 0);
}

TEST_CASE("nothing is chosen among several fleets, and all are named") {
  const auto chosen = choose_copies({copy(1, 1, 10), copy(2, 1, 20)}, {});
  REQUIRE_FALSE(chosen);
  CHECK(chosen.error().kind == ErrorKind::usage);
  CHECK(chosen.error().message.find(fleet(1).hex()) != std::string::npos);
  CHECK(chosen.error().message.find(fleet(2).hex()) != std::string::npos);
}

TEST_CASE("a copy of a host's state is never taken for a key, nor that of another host for its own") {
  CHECK(choose_copies({state(copy(1, 1, 10))}, {}).error().kind == ErrorKind::not_found);
  const Wanted own{.content = BackupName::Content::host_state, .host = "om2"};
  CHECK(choose_copies({state(copy(1, 1, 10)), copy(1, 1, 20, "om2")}, own).error().kind == ErrorKind::not_found);
  const auto chosen = choose_copies({state(copy(1, 1, 10)), state(copy(1, 1, 5, "om2"))}, own);
  REQUIRE(chosen);
  CHECK(*chosen == std::vector{state(copy(1, 1, 5, "om2"))});
}
