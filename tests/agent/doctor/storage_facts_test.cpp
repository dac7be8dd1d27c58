// SPDX-License-Identifier: ISC
#include "agent/doctor/storage_facts.h"

#include <doctest/doctest.h>

using agent::mongod_fact;
using agent::storage_on;
using platform::JournalDevice;

TEST_CASE("the devices of local databases are one fact") {
  CHECK(mongod_fact({}) == "none");
  CHECK(mongod_fact({{"/data/db", JournalDevice::same}}) == "same /data/db");
  CHECK(mongod_fact({{"/a, b", JournalDevice::different}, {"/data/db", JournalDevice::same}}) ==
        "different /a%2C%20b,same /data/db");
}

TEST_CASE("a database without a journal on a disk is left out, and is not the absence of databases") {
  CHECK(mongod_fact({{"/memory", JournalDevice::none}, {"/data/db", JournalDevice::same}}) == "same /data/db");
  CHECK(mongod_fact({{"/memory", JournalDevice::none}}) == std::nullopt);
}

TEST_CASE("nothing is reported while a database cannot be examined, but for one with its journal apart") {
  CHECK(mongod_fact({{"/a", JournalDevice::same}, {"/b", JournalDevice::unknown}}) == std::nullopt);
  CHECK(mongod_fact({{"/a", JournalDevice::different}, {"/b", JournalDevice::unknown}}) == "different /a");
}

TEST_CASE("a directory on a file server has the server's name of it") {
  const platform::NetworkMount mount{.file_system = "nfs4", .source = "nas1:/om", .point = "/mnt"};
  CHECK(storage_on(mount, "/mnt") == "nfs4 nas1:/om");
  CHECK(storage_on(mount, "/mnt/om1/head") == "nfs4 nas1:/om/om1/head");
  // A path that is only planned to be there, and a root that ends in a slash.
  CHECK(storage_on(mount, "/elsewhere") == "nfs4 nas1:/om");
  CHECK(storage_on({.file_system = "nfs", .source = "nas1:/", .point = "/mnt"}, "/mnt/a") == "nfs nas1:/a");
}
