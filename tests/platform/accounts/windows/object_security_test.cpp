// SPDX-License-Identifier: ISC
// Our reading and writing of access lists against the system's own, and the calls around them.
#include "platform/accounts/windows/object_security.h"

#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "platform/accounts/windows/sddl.h"
#include "platform/accounts/windows/sid_lookup.h"
#include "platform/base/windows/text.h"
#include "platform/files/windows/directory.h"
#include "tests/support/temporary_directory.h"

namespace {

using namespace platform::windows;

platform::Bytes as_the_system_reads(const std::string& sddl) {
  PSECURITY_DESCRIPTOR made = nullptr;
  ULONG size = 0;
  REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(wide(sddl).c_str(), SDDL_REVISION_1, &made, &size) != 0);
  const auto* first = static_cast<const std::byte*>(made);
  platform::Bytes bytes(first, first + size);
  LocalFree(made);
  return bytes;
}

std::string as_the_system_writes(platform::Bytes bytes) {
  wchar_t* text = nullptr;
  constexpr SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  REQUIRE(ConvertSecurityDescriptorToStringSecurityDescriptorW(bytes.data(), SDDL_REVISION_1, wanted, &text, nullptr) !=
          0);
  std::string out = narrow(text);
  LocalFree(text);
  return out;
}

TEST_CASE("the system reads our text as we do") {
  for (const char* text : {"O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", "O:SYD:P(A;;FR;;;S-1-5-21-1-2-3-1001)",
                           "O:BAD:(D;;FW;;;WD)(A;OICI;0x1301bf;;;AU)", "O:BAD:P"}) {
    CAPTURE(text);
    CHECK((decode_descriptor(as_the_system_reads(text)) == parse_sddl(text)));
  }
}

TEST_CASE("the system understands our bytes") {
  for (const char* text : {"O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", "O:BAD:P(A;;FA;;;SY)(A;;FR;;;S-1-5-21-1-2-3-1001)",
                           "O:BAD:(D;;FW;;;WD)(A;OICI;0x1301bf;;;AU)"}) {
    CAPTURE(text);
    platform::Bytes bytes = encode(parse_sddl(text).value());
    CHECK(IsValidSecurityDescriptor(bytes.data()) != 0);
    CHECK((parse_sddl(as_the_system_writes(bytes)) == parse_sddl(text)));
  }
}

TEST_CASE("a computed access list grants what the system's own check grants") {
  const Sid self = own_sid();
  for (const std::uint32_t mode : {0000U, 0040U, 0060U, 0020U, 0070U, 0044U}) {
    CAPTURE(mode);
    SecurityDescriptor descriptor = descriptor_for({.user = Sid{5, {21, 9, 9, 9, 1001}}, .group = self, .mode = mode});
    descriptor.owner = Sid{5, {21, 9, 9, 9, 1002}};
    descriptor.group = administrators_sid();  // the check asks for one
    // Without the entries of administrators, one of whom this may be.
    std::erase_if(*descriptor.entries, [](const Entry& entry) { return is_administrative(entry.sid); });
    std::vector<Sid> sids = own_groups();
    sids.push_back(self);

    platform::Bytes bytes = encode(descriptor);
    HANDLE token = nullptr;
    REQUIRE(ImpersonateSelf(SecurityImpersonation) != 0);
    REQUIRE(OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token) != 0);
    GENERIC_MAPPING mapping{FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
    PRIVILEGE_SET privileges{};
    DWORD size = sizeof privileges;
    DWORD allowed = 0;
    BOOL may = FALSE;
    const bool asked =
        AccessCheck(bytes.data(), token, MAXIMUM_ALLOWED, &mapping, &privileges, &size, &allowed, &may) != 0;
    CloseHandle(token);
    RevertToSelf();
    REQUIRE(asked);
    const std::uint32_t ours = granted(descriptor, sids);
    CHECK((may != FALSE ? allowed : 0) == ours);
  }
}

TEST_CASE("a file is created with its access list, and what the disk kept is read back") {
  const tests::TemporaryDirectory directory;
  const platform::Path path = directory.path() / "gen.key";
  const SecurityDescriptor wanted =
      descriptor_for({.user = own_sid(), .group = own_sid(), .mode = 0600, .holder = holder_of_new_files()});
  SecurityAttributes attributes(wanted);
  {
    const Handle made(
        CreateFileW(path.c_str(), GENERIC_WRITE | READ_CONTROL, 0, attributes.get(), CREATE_NEW, 0, nullptr));
    REQUIRE(made.valid());
    CHECK(check_kept(made.get(), path, wanted));
    const auto kept = descriptor_of(made.get(), path);
    REQUIRE(kept);
    if (!is_wine()) CHECK(same_access(*kept, wanted));
  }
  const Handle again = open_name(path, Access::change).value();
  CHECK(set_descriptor(again.get(), path, wanted, false));
}

TEST_CASE("an account has one number in this process, and administrators have none of their own") {
  CHECK(number_of(administrators_sid()) == 0);
  CHECK(number_of(system_sid()) == 0);
  const Sid service{5, {80, 1, 2, 3, 4, 5}};
  const auto number = number_of(service);
  CHECK(number != 0);
  CHECK(number_of(service) == number);
  CHECK((sid_of(number) == service));
  CHECK(number_of(Sid{5, {80, 1, 2, 3, 4, 6}}) != number);
  CHECK((sid_of(0) == administrators_sid()));
}

TEST_CASE("accounts are found by name, by SID and by number, and strangers are not") {
  const auto system = platform::find_account("SYSTEM");
  REQUIRE(system);
  CHECK(system->uid == 0);
  CHECK(platform::find_account("LocalSystem")->uid == 0);
  CHECK(platform::find_account("S-1-5-18")->uid == 0);
  const auto account = platform::find_account("S-1-5-21-9-9-9-1234");
  REQUIRE(account);
  CHECK(account->name == "S-1-5-21-9-9-9-1234");
  CHECK(account->gid == account->uid);
  CHECK(platform::find_account(std::to_string(account->uid)).value() == *account);
  for (const char* name : {"", "no such account", "S-1-5-", ":"}) {
    CAPTURE(name);
    REQUIRE_FALSE(platform::find_account(name));
    CHECK((platform::find_account(name).error().kind == platform::ErrorKind::not_installed));
  }
  CHECK(platform::current_account().uid == platform::current_user());
}

}  // namespace
