// SPDX-License-Identifier: ISC
#include "agent/doctor/head_facts.h"

#include <doctest/doctest.h>

using agent::HeadDirectory;
using agent::heads_fact;
using agent::is_on_network;
using agent::read_heads;

namespace {

const std::vector<HeadDirectory> every_kind = {
    {.path = "/head", .storage = "local", .writable = true},
    {.path = "/mnt/nas/om1", .storage = "nfs4 nas1:/om/om1", .writable = std::nullopt},
    {.path = "/mine", .storage = "local", .writable = false},
    {.path = "/gone", .storage = "local", .absent = true},
    {.path = "/not/mounted", .storage = "nfs4 nas1:/om", .absent = true},
    {.path = "/hidden", .storage = std::nullopt},
};

}  // namespace

TEST_CASE("head directories are written one way") {
  CHECK(heads_fact(every_kind) ==
        "writable local /head,unknown nfs4 nas1:/om/om1 /mnt/nas/om1,unwritable local /mine,absent local /gone,"
        "absent nfs4 nas1:/om /not/mounted,unknown unknown /hidden");
  CHECK(heads_fact({}).empty());
}

TEST_CASE("head directories are read as they were written") { CHECK(read_heads(heads_fact(every_kind)) == every_kind); }

TEST_CASE("blanks, commas and percent signs in a head directory do not part it") {
  const std::vector<HeadDirectory> heads = {{.path = "/a b,c%20/ local", .storage = "cifs //nas/my share,1%"},
                                            {.path = "/%2C", .storage = "local", .writable = true}};
  CHECK(heads_fact(heads) == "unknown cifs //nas/my%20share%2C1%25 /a%20b%2Cc%2520/%20local,writable local /%252C");
  CHECK(read_heads(heads_fact(heads)) == heads);
}

TEST_CASE("head directories that are not understood are left out") {
  for (const char* entry : {"", "/head", "local /head", "writable /head", "writable local head", "writable tape /head",
                            "perhaps local /head", "writable nfs4 nas1:/om /head /more", "writable  local /head",
                            "writable local /head%", "writable local /head%0A", "writable local /head%2c"}) {
    CAPTURE(entry);
    CHECK(read_heads(entry).empty());
    CHECK(read_heads(std::string(entry) + ",writable local /head").size() == 1);
  }
}

TEST_CASE("only storage of a known file server counts as a network") {
  CHECK(is_on_network({.path = "/head", .storage = "nfs4 nas1:/om"}));
  CHECK_FALSE(is_on_network({.path = "/head", .storage = "local"}));
  CHECK_FALSE(is_on_network({.path = "/head"}));
}
