// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/access.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "platform/accounts/windows/sddl.h"

namespace {

using namespace platform::windows;

const Sid mms{5, {21, 1, 2, 3, 1001}};
const Sid admins_group{5, {21, 1, 2, 3, 1050}};
const std::string mms_text = "S-1-5-21-1-2-3-1001";

std::string computed(const Wanted& wanted) { return sddl_of(descriptor_for(wanted)).value(); }

SecurityDescriptor parsed(const std::string& text) { return parse_sddl(text).value(); }

TEST_CASE("a key file is SYSTEM's and Administrators', and its reader only reads it") {
  CHECK(computed({.user = mms, .group = mms, .mode = 0400}) ==
        "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;" + mms_text + ")");
}

TEST_CASE("a key file of a service that runs as SYSTEM is for SYSTEM and Administrators alone") {
  for (const Sid& administrative : {system_sid(), administrators_sid()}) {
    CHECK(computed({.user = administrative, .group = administrative, .mode = 0600}) ==
          "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)");
  }
}

TEST_CASE("an ordinary user's file is his own") {
  CHECK(computed({.user = mms, .group = mms, .mode = 0600, .holder = mms}) ==
        "O:" + mms_text + "D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x13019f;;;" + mms_text + ")");
}

TEST_CASE("the group's bits are the group's, and what is for everybody is for Users") {
  CHECK(computed({.user = administrators_sid(), .group = mms, .mode = 0640}) ==
        "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;" + mms_text + ")");
  CHECK(computed({.user = administrators_sid(), .group = administrators_sid(), .mode = 0644}) ==
        "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;BU)");
  CHECK(computed({.user = mms, .group = admins_group, .mode = 0460}) ==
        "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;" + mms_text + ")(A;;0x13019f;;;S-1-5-21-1-2-3-1050)");
}

TEST_CASE("what is made in a directory inherits its access list, but never what everybody may") {
  CHECK(
      computed({.user = administrators_sid(), .group = administrators_sid(), .mode = 0755, .node = Node::directory}) ==
      "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)");
  CHECK(computed({.user = mms, .group = mms, .mode = 0700, .node = Node::directory}) ==
        "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301ff;;;" + mms_text + ")");
}

TEST_CASE("every computed descriptor keeps strangers out and inherits nothing") {
  const std::array stranger{Sid{5, {21, 9, 9, 9, 1002}}, everyone_sid(), authenticated_users_sid()};
  for (std::uint32_t mode = 0; mode <= 0777; ++mode) {
    for (const Node node : {Node::file, Node::directory}) {
      const SecurityDescriptor descriptor = descriptor_for({.user = mms, .group = mms, .mode = mode, .node = node});
      CHECK(descriptor.is_protected);
      CHECK(granted(descriptor, stranger) == 0);
      CHECK(granted(descriptor, std::array{system_sid()}) == rights::file_all);
      CHECK((decode_descriptor(encode(descriptor)) == std::optional(descriptor)));
    }
  }
}

TEST_CASE("a mode is read back from what was computed from it") {
  for (const std::uint32_t mode : {0400U, 0600U, 0644U, 0444U}) {
    CAPTURE(mode);
    const SecurityDescriptor descriptor = descriptor_for({.user = mms, .group = mms, .mode = mode});
    CHECK((user_of(descriptor) == mms));
    CHECK(mode_of(descriptor, mms, Node::file) == mode);
  }
  const SecurityDescriptor administrative = descriptor_for(
      {.user = administrators_sid(), .group = administrators_sid(), .mode = 0755, .node = Node::directory});
  CHECK((user_of(administrative) == administrators_sid()));
  CHECK(mode_of(administrative, administrators_sid(), Node::directory) == 0755);
}

TEST_CASE("a file is for its owner where several accounts may use it") {
  CHECK((user_of(parsed("O:BAD:(A;;FR;;;" + mms_text + ")(A;;FR;;;S-1-5-21-1-2-3-1002)")) == administrators_sid()));
  CHECK((user_of(parsed("O:BAD:(A;;FR;;;" + mms_text + ")(A;;FR;;;WD)(A;;FR;;;" + mms_text + ")")) == mms));
  CHECK((user_of(parsed("O:LSD:(A;;FR;;;" + mms_text + ")")) == parse_sid("LS").value()));
  CHECK((user_of(parsed("O:BAD:(A;IO;FR;;;" + mms_text + ")(D;;FR;;;" + mms_text + ")")) == administrators_sid()));
  CHECK(mode_of(SecurityDescriptor{.entries = std::nullopt}, mms, Node::file) == 0777);
}

struct GrantedRow {
  const char* descriptor;
  const char* who;  // one SID, or several with blanks
  std::uint32_t rights;
};

TEST_CASE("what is granted is what Windows' own order of entries grants") {
  using namespace rights;
  const std::array rows = {
      GrantedRow{"D:", "WD", 0},
      GrantedRow{"D:NO_ACCESS_CONTROL", "WD", file_all},
      GrantedRow{"D:(A;;FR;;;WD)", "WD", file_read},
      GrantedRow{"D:(A;;FR;;;WD)", "BU", 0},
      GrantedRow{"D:(A;;GR;;;WD)", "WD", file_read},
      GrantedRow{"D:(D;;FR;;;WD)(A;;FA;;;WD)", "WD", file_all & ~file_read},
      GrantedRow{"D:(A;;FA;;;WD)(D;;FR;;;WD)", "WD", file_all},
      GrantedRow{"D:(D;;FA;;;BU)(A;;FA;;;WD)", "WD BU", 0},
      GrantedRow{"D:(A;;FR;;;BU)(D;;FA;;;WD)(A;;FW;;;BU)", "WD BU", file_read},
      GrantedRow{"D:(A;IO;FA;;;WD)", "WD", 0},
      GrantedRow{"D:(D;IO;FA;;;WD)(A;;FR;;;WD)", "WD", file_read},
      GrantedRow{"O:BUD:", "BU", read_control | write_list},
      GrantedRow{"O:BUD:(A;;RC;;;OW)", "BU", read_control},
      GrantedRow{"O:BUD:(A;;FR;;;OW)", "WD", 0},
      GrantedRow{"O:BUD:(A;ID;FR;;;WD)", "WD BU", file_read | read_control | write_list},
  };
  for (const GrantedRow& row : rows) {
    CAPTURE(row.descriptor);
    CAPTURE(row.who);
    std::vector<Sid> sids;
    const std::string names(row.who);
    for (std::size_t at = 0; at < names.size(); at += 3) sids.push_back(parse_sid(names.substr(at, 2)).value());
    CHECK(granted(parsed(row.descriptor), sids) == row.rights);
  }
}

TEST_CASE("object and conditional grants count as grants") {
  SecurityDescriptor descriptor{.entries = Entries()};
  descriptor.entries->push_back({.kind = Entry::Kind::allow_object, .mask = rights::file_read, .sid = users_sid()});
  descriptor.entries->push_back({.kind = Entry::Kind::allow_callback, .mask = rights::file_write, .sid = users_sid()});
  CHECK(granted(descriptor, std::array{users_sid()}) == (rights::file_read | rights::file_write));
}

TEST_CASE("two descriptors give the same access whatever their group and their way of writing rights") {
  CHECK(same_access(parsed("O:BAG:SYD:P(A;;GA;;;SY)"), parsed("O:BAD:P(A;;FA;;;SY)")));
  CHECK_FALSE(same_access(parsed("O:BAD:P(A;;FA;;;SY)"), parsed("O:SYD:P(A;;FA;;;SY)")));
  CHECK_FALSE(same_access(parsed("O:BAD:P(A;;FA;;;SY)"), parsed("O:BAD:(A;;FA;;;SY)")));
  CHECK_FALSE(same_access(parsed("O:BAD:P(A;;FA;;;SY)"), parsed("O:BAD:P(A;ID;FA;;;SY)")));
  CHECK_FALSE(same_access(parsed("O:BAD:P"), parsed("O:BAD:PNO_ACCESS_CONTROL")));
}

}  // namespace
