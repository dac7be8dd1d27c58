// SPDX-License-Identifier: ISC
#include "platform/accounts/windows/security_descriptor.h"

#include <doctest/doctest.h>

#include "platform/accounts/windows/sddl.h"

namespace {

using namespace platform::windows;

TEST_CASE("a descriptor is the same after its text and after its bytes") {
  for (const char* text : {
           "D:",
           "D:P",
           "D:NO_ACCESS_CONTROL",
           "D:PNO_ACCESS_CONTROL",
           "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)",
           "O:SYG:SYD:(A;OICIID;FA;;;SY)(A;OICIIOID;GA;;;CO)",
           "O:S-1-5-21-1-2-3-1001D:P(A;;FR;;;S-1-5-80-1-2-3-4-5)(D;;FW;;;WD)",
           "O:BAD:(A;NP;0x1301bf;;;AU)(A;;0x0;;;BU)(A;;GR;;;WD)(D;IO;GX;;;AN)(A;CI;GW;;;LS)(A;;FX;;;NS)",
       }) {
    CAPTURE(text);
    const auto descriptor = parse_sddl(text);
    REQUIRE(descriptor);
    CHECK((sddl_of(*descriptor) == std::optional<std::string>(text)));
    CHECK((decode_descriptor(encode(*descriptor)) == descriptor));
  }
}

TEST_CASE("text as Windows' own tools write it is understood") {
  // What icacls and Get-Acl show of C:\ and of a folder below it on Windows Server 2012 R2.
  const auto root = parse_sddl(
      "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
      "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)(A;CI;LC;;;BU)(A;CIIO;DC;;;BU)(A;OICIIO;GA;;;CO)");
  REQUIRE(root);
  CHECK((root->owner == trusted_installer_sid()));
  CHECK(root->is_protected);
  REQUIRE((root->entries && root->entries->size() == 6));
  CHECK(root->entries->at(3).mask == rights::append_data);
  CHECK(root->entries->at(4).mask == rights::write_data);
  CHECK_FALSE(root->entries->at(4).applies_here());
  CHECK(parse_sddl("D:AI(A;ID;FA;;;SY)")->entries->at(0).is_inherited());
  CHECK(parse_sddl("D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)")->entries->at(0).mask == 0x000F'01FF);
}

TEST_CASE("what is no SDDL is refused") {
  for (const char* text :
       {"X", "O:", "O:XXD:", "D:(", "D:()", "D:(A;;FA;;;SY", "D:(A;;FA;;;SY)x", "D:(A;;FA;;;)", "D:(A;;F;;;SY)",
        "D:(A;;QQ;;;SY)", "D:(Z;;FA;;;SY)", "D:(A;QQ;FA;;;SY)", "D:(A;O;FA;;;SY)", "D:(A;;0xzz;;;SY)", "D:(A;;FA;;SY)",
        "D:(A;;FA;;;SY;)", "D:(A;;0x123456789;;;SY)", "D:(OA;;FA;guid;;SY)", "D:P(A;;FA;;;SY)S:(AU;;FA;;;WD)"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_sddl(text));
  }
}

TEST_CASE("a missing access list and an empty one are different") {
  const SecurityDescriptor none{.entries = std::nullopt};
  const SecurityDescriptor empty{.entries = Entries()};
  CHECK((decode_descriptor(encode(none)) == none));
  CHECK((decode_descriptor(encode(empty)) == empty));
  CHECK(encode(none) != encode(empty));
}

TEST_CASE("a descriptor without the mark of a list has no list") {
  platform::Bytes bytes = encode(SecurityDescriptor{.entries = Entries()});
  bytes[2] = std::byte{0};  // SE_DACL_PRESENT gone
  const auto descriptor = decode_descriptor(bytes);
  REQUIRE(descriptor);
  CHECK_FALSE(descriptor->entries);
}

TEST_CASE("entries of other kinds survive byte for byte and are known for what they are") {
  const Sid users = users_sid();
  const platform::Bytes ids = {std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}};
  platform::Bytes one_id = ids;
  one_id.resize(4 + 16, std::byte{7});
  const Entry object{.kind = Entry::Kind::allow_object, .mask = rights::file_read, .sid = users, .rest = one_id};
  const Entry condition{.kind = Entry::Kind::deny_callback,
                        .mask = rights::file_read,
                        .sid = users,
                        .rest = platform::Bytes(8, std::byte{0x61})};
  const Entry label{.kind = static_cast<Entry::Kind>(0x11), .flags = 0, .rest = platform::Bytes(16, std::byte{3})};
  const SecurityDescriptor descriptor{.entries = Entries{object, condition, label}};
  CHECK((decode_descriptor(encode(descriptor)) == std::optional(descriptor)));
  CHECK(object.grants());
  CHECK(condition.denies());
  CHECK_FALSE(label.is_known());
  CHECK_FALSE(sddl_of(descriptor));
}

TEST_CASE("a damaged descriptor is nothing, wherever it is cut or bent") {
  const auto whole = encode(parse_sddl("O:BAG:SYD:P(A;;FA;;;SY)(D;;FR;;;WD)").value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode_descriptor(platform::BytesView(whole).first(size)));
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const unsigned value : {0x00U, 0x01U, 0x7FU, 0xFFU}) {
      platform::Bytes bent = whole;
      bent[at] = static_cast<std::byte>(value);
      const auto descriptor = decode_descriptor(bent);
      // Whatever it is taken for, it is taken for that again.
      if (descriptor) CHECK((decode_descriptor(encode(*descriptor)) == descriptor));
    }
  }
}

TEST_CASE("generic rights stand for those of files") {
  CHECK(specific(rights::generic_all) == rights::file_all);
  CHECK(specific(rights::generic_read) == rights::file_read);
  CHECK(specific(rights::generic_write) == rights::file_write);
  CHECK(specific(rights::generic_execute) == rights::file_execute);
  CHECK(specific(rights::generic_read | rights::erase) == (rights::file_read | rights::erase));
  CHECK(specific(rights::file_all) == rights::file_all);
}

}  // namespace
