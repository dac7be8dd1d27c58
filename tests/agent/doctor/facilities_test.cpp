// SPDX-License-Identifier: ISC
#include "agent/doctor/facilities.h"

#include <doctest/doctest.h>

#include "agent/protocol/numeric_address.h"

using agent::facility_by_pattern;
using agent::facility_by_tag;
using agent::is_in_network;
using agent::MachineNames;

namespace {

std::string facility(const std::vector<agent::Facility>& facilities, const MachineNames& machine) {
  return facility_by_pattern(facilities, machine).value_or("none");
}

}  // namespace

TEST_CASE("a facility has machines by their names, whatever the case and the dot at the end") {
  const std::vector<agent::Facility> fra = {{"fra1", {"DB7.example.com"}}};
  CHECK(facility(fra, {.names = {"db7.Example.com"}}) == "fra1");
  CHECK(facility(fra, {.names = {"db7.example.com."}}) == "fra1");
  CHECK(facility(fra, {.names = {"db7"}}) == "none");
  CHECK(facility(fra, {.names = {"xdb7.example.com"}}) == "none");
}

TEST_CASE("a facility has machines by their domain, and the domain itself is not in it") {
  const std::vector<agent::Facility> fra = {{"fra1", {"*.fra1.example.com"}}};
  CHECK(facility(fra, {.names = {"db7.fra1.example.com"}}) == "fra1");
  CHECK(facility(fra, {.names = {"a.b.fra1.example.com"}}) == "fra1");
  CHECK(facility(fra, {.names = {"fra1.example.com"}}) == "none");
  CHECK(facility(fra, {.names = {"db7.xfra1.example.com"}}) == "none");
}

TEST_CASE("a facility has machines by their address, however it is written") {
  CHECK(facility({{"a", {"10.1.0.7"}}}, {.addresses = {"10.1.0.7"}}) == "a");
  CHECK(facility({{"a", {"10.1.0.7"}}}, {.addresses = {"10.1.0.70"}}) == "none");
  CHECK(facility({{"a", {"2001:db8:0::7"}}}, {.addresses = {"2001:db8::7"}}) == "a");
  CHECK(facility({{"a", {"10.1.0.0/16"}}}, {.addresses = {"10.1.255.7"}}) == "a");
  CHECK(facility({{"a", {"10.1.0.0/16"}}}, {.names = {"10.1.0.3"}}) == "a");
}

TEST_CASE("an address is in a network by its first bits") {
  CHECK(is_in_network("10.1.2.3", "10.0.0.0/8"));
  CHECK(is_in_network("192.0.2.129", "192.0.2.128/25"));
  CHECK_FALSE(is_in_network("192.0.2.127", "192.0.2.128/25"));
  CHECK(is_in_network("192.0.2.7", "0.0.0.0/0"));
  CHECK(is_in_network("192.0.2.7", "192.0.2.7/32"));
  CHECK(is_in_network("2001:db8:1::7", "2001:db8::/32"));
  CHECK_FALSE(is_in_network("2001:db9::7", "2001:db8::/32"));
  CHECK(is_in_network("::ffff:10.1.2.3", "10.0.0.0/8"));
  CHECK_FALSE(is_in_network("2001:db8::7", "10.0.0.0/8"));
  for (const char* wrong : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8x", "db1/8"})
    CHECK_FALSE(is_in_network("10.0.0.1", wrong));
}

TEST_CASE("the pattern that fits best decides, in any order of the facilities") {
  const std::vector<agent::Facility> both = {{"wide", {"10.0.0.0/8", "*.example.com"}},
                                             {"narrow", {"10.1.0.0/16", "*.fra1.example.com"}},
                                             {"one", {"db7.fra1.example.com"}}};
  CHECK(facility(both, {.addresses = {"10.1.0.1"}}) == "narrow");
  CHECK(facility(both, {.addresses = {"10.2.0.1"}}) == "wide");
  CHECK(facility(both, {.names = {"db8.fra1.example.com"}}) == "narrow");
  CHECK(facility(both, {.names = {"db7.fra1.example.com"}, .addresses = {"10.2.0.1"}}) == "one");
  CHECK(facility(both, {.names = {"db7.example.com"}, .addresses = {"10.1.0.1"}}) == "wide");
}

TEST_CASE("a tag names a facility, the more exact tag first") {
  CHECK(facility_by_tag({{"dc", "fra1"}, {"zone", "z1"}}) == "fra1");
  CHECK(facility_by_tag({{"zone", "z1"}, {"region", "eu"}}) == "eu");
  CHECK(facility_by_tag({{"DataCenter", "fra1"}}) == "fra1");
  CHECK_FALSE(facility_by_tag({{"use", "backup"}, {"dc", ""}}));
}
