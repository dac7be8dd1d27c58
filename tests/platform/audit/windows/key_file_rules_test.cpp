// SPDX-License-Identifier: ISC
// What the audit finds in access lists, one row for each way in which one can be wrong.
#include "platform/audit/windows/key_file_rules.h"

#include <array>
#include <string>

#include <doctest/doctest.h>

#include "platform/accounts/windows/access.h"
#include "platform/accounts/windows/sddl.h"
#include "platform/audit/windows/own_file_rules.h"

namespace {

using namespace platform::windows;
using platform::FileType;
using platform::Finding;
using platform::Severity;

const Sid mms{5, {21, 1, 2, 3, 1001}};
const Sid bob{5, {21, 1, 2, 3, 1002}};
const Sid ghost{5, {21, 7, 7, 7, 1003}};

std::string name_for_test(const Sid& sid) {
  if (sid == mms) return "OM1\\mms";
  if (sid == bob) return "OM1\\bob";
  if (sid == ghost) return text_of(sid);
  if (sid == users_sid()) return "BUILTIN\\Users";
  if (sid == administrators_sid()) return "BUILTIN\\Administrators";
  if (sid == system_sid()) return "NT AUTHORITY\\SYSTEM";
  return std::string(alias_of(sid).value_or("?"));
}

const Onlookers for_mms{.service = "OM1\\mms",
                        .service_sid = mms,
                        .service_groups = {mms, everyone_sid(), authenticated_users_sid(), users_sid()},
                        .caller = administrators_sid(),
                        .name_of = name_for_test};
const Onlookers for_system{.service = "SYSTEM",
                           .service_sid = system_sid(),
                           .service_groups = {system_sid(), administrators_sid(), everyone_sid()},
                           .caller = administrators_sid(),
                           .name_of = name_for_test};

// M is the service's account, B another, G one that nobody knows.
SecurityDescriptor parsed(std::string text) {
  for (const auto& [letter, sid] : {std::pair(";M)", mms), std::pair(";B)", bob), std::pair(";G)", ghost)}) {
    for (auto at = text.find(letter); at != std::string::npos; at = text.find(letter))
      text.replace(at, 3, ";" + text_of(sid) + ")");
  }
  if (text.starts_with("O:M")) text.replace(2, 1, text_of(mms));
  if (text.starts_with("O:B:")) text.replace(2, 2, text_of(bob));
  const auto descriptor = parse_sddl(text);
  REQUIRE_MESSAGE(descriptor, text);
  return *descriptor;
}

const char* const right_directory = "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

KeyPathFacts key_with(const SecurityDescriptor& descriptor) {
  KeyPathFacts facts;
  facts.key_file = "C:\\MMSData\\Secrets\\gen.key";
  facts.above = {{.path = "C:\\", .descriptor = parsed(right_directory)},
                 {.path = "C:\\MMSData", .descriptor = parsed(right_directory)},
                 {.path = "C:\\MMSData\\Secrets", .descriptor = parsed(right_directory)}};
  facts.file = {.type = FileType::regular, .links = 1, .size = 24};
  facts.descriptor = descriptor;
  return facts;
}

const char* word(Severity severity) {
  switch (severity) {
    case Severity::note: return "note";
    case Severity::too_open: return "too open";
    case Severity::broken: return "broken";
  }
  __builtin_unreachable();
}

std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += (text.empty() ? "" : "; ") + std::string(word(finding.severity)) + " " +
            std::string(name_of(finding.kind)) + ": " + finding.found;
  }
  return text;
}

struct Row {
  const char* name;
  const char* descriptor;
  const char* findings;
};

TEST_CASE("a key file of a service's own account is checked by its access list") {
  const std::array rows = {
      Row{"as it is installed", "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;M)", ""},
      Row{"the service owns it", "O:MD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;M)", ""},
      Row{"generic rights", "O:SYD:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GR;;;M)", ""},
      Row{"everyone reads", "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;M)(A;;FR;;;WD)",
          "too open readable-by-others: owned by BUILTIN\\Administrators (everyone can read it)"},
      Row{"the service reads because everyone does", "O:BAD:P(A;;FR;;;WD)",
          "too open readable-by-others: owned by BUILTIN\\Administrators (everyone can read it)"},
      Row{"Users read and run, as in a folder of C:", "O:BAD:P(A;;FA;;;BA)(A;;0x1200a9;;;BU)",
          "too open readable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can read it)"},
      Row{"Authenticated Users modify", "O:BAD:P(A;;FR;;;M)(A;;0x1301bf;;;AU)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (AU can read and write it)"},
      Row{"everyone may write blindly", "O:BAD:P(A;;FR;;;M)(A;;0x2;;;WD)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can write it)"},
      Row{"everyone may delete", "O:BAD:P(A;;FR;;;M)(A;;SD;;;WD)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can write it)"},
      Row{"everyone may give himself rights", "O:BAD:P(A;;FR;;;M)(A;;WD;;;WD)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can write it)"},
      Row{"everyone may take it", "O:BAD:P(A;;FR;;;M)(A;;WO;;;WD)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can write it)"},
      Row{"everyone may see that it is there", "O:BAD:P(A;;FR;;;M)(A;;0x120080;;;WD)", ""},
      Row{"everyone has all, generically", "O:BAD:P(A;;FR;;;M)(A;;GA;;;WD)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can read and write it)"},
      Row{"another account reads", "O:BAD:P(A;;FR;;;M)(A;;FR;;;B)",
          "too open extended-acl: owned by BUILTIN\\Administrators (OM1\\bob can read it)"},
      Row{"another account writes", "O:BAD:P(A;;FR;;;M)(A;;FA;;;B)",
          "broken extended-acl: owned by BUILTIN\\Administrators (OM1\\bob can read and write it)"},
      Row{"an account that is gone reads", "O:BAD:P(A;;FR;;;M)(A;;FR;;;G)",
          "too open extended-acl: owned by BUILTIN\\Administrators (S-1-5-21-7-7-7-1003 (an account that this host "
          "does "
          "not know) can read it)"},
      Row{"the service cannot read", "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (OM1\\mms cannot read it)"},
      Row{"the service is denied", "O:BAD:P(D;;FR;;;M)(A;;FR;;;M)",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (OM1\\mms cannot read it); note extended-acl: "
          "an "
          "access list that denies something to OM1\\mms"},
      Row{"everyone is denied before the service is allowed", "O:BAD:P(D;;FR;;;WD)(A;;FR;;;M)",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (OM1\\mms cannot read it); note extended-acl: "
          "an "
          "access list that denies something to everyone"},
      Row{"a deny entry that comes too late", "O:BAD:P(A;;FR;;;M)(D;;FR;;;WD)",
          "note extended-acl: an access list that denies something to everyone"},
      Row{"another is denied what everyone may", "O:BAD:P(D;;FA;;;B)(A;;FR;;;WD)",
          "too open readable-by-others: owned by BUILTIN\\Administrators (everyone can read it); note extended-acl: an "
          "access list that denies something to OM1\\bob"},
      Row{"a stranger owns it", "O:B:D:P(A;;FR;;;M)",
          "broken wrong-owner: owned by OM1\\bob (its owner can change it)"},
      Row{"nobody owns it", "D:P(A;;FR;;;M)", "broken wrong-owner: owned by nobody (its owner can change it)"},
      Row{"everyone owns it", "O:WDD:P(A;;FR;;;M)", "broken wrong-owner: owned by everyone (its owner can change it)"},
      Row{"no access list", "O:BAD:PNO_ACCESS_CONTROL",
          "broken writable-by-others: owned by BUILTIN\\Administrators (without an access list, so that everyone can "
          "do "
          "everything)"},
      Row{"an empty access list", "O:BAD:P",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (OM1\\mms cannot read it)"},
      Row{"entries that are only for what would be in it", "O:BAD:P(A;;FR;;;M)(A;IO;FA;;;WD)", ""},
      Row{"an inherit-only entry for the service gives it nothing", "O:BAD:P(A;IO;FR;;;M)",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (OM1\\mms cannot read it)"},
      Row{"it inherits what is right", "O:BAD:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FR;;;M)",
          "note extended-acl: an access list that inherits from the directory above"},
      Row{"it inherits what is wrong", "O:BAD:AI(A;;FR;;;M)(A;ID;FR;;;BU)",
          "too open readable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can read it); note "
          "extended-acl: "
          "an access list that inherits from the directory above"},
      Row{"inherited entries were kept when it was protected", "O:BAD:P(A;ID;FR;;;M)",
          "note extended-acl: an access list that inherits from the directory above"},
      Row{"it could inherit", "O:BAD:(A;;FR;;;M)",
          "note extended-acl: an access list that inherits from the directory above"},
      Row{"entries for owners name no stranger", "O:BAD:P(A;;FR;;;M)(A;;FA;;;CO)(A;;FR;;;OW)", ""},
      Row{"one stranger twice is one finding", "O:BAD:P(A;;FR;;;M)(A;;FR;;;BU)(A;;FW;;;BU)",
          "broken writable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can read and write it)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(told(check_key_file(key_with(parsed(row.descriptor)), for_mms).findings) == row.findings);
  }
}

TEST_CASE("a key file of a service that runs as SYSTEM is SYSTEM's and Administrators'") {
  const std::array rows = {
      Row{"as it is installed", "O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", ""},
      Row{"SYSTEM is an administrator too", "O:BAD:P(A;;FA;;;BA)", ""},
      Row{"another service reads", "O:BAD:P(A;;FA;;;SY)(A;;FR;;;NS)",
          "too open extended-acl: owned by BUILTIN\\Administrators (NS can read it)"},
      Row{"nobody may read", "O:BAD:P",
          "broken service-cannot-read: owned by BUILTIN\\Administrators (SYSTEM cannot read it)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(told(check_key_file(key_with(parsed(row.descriptor)), for_system).findings) == row.findings);
  }
}

TEST_CASE("object entries and entries of unknown kinds are never taken for harmless") {
  SecurityDescriptor descriptor = parsed("O:BAD:P(A;;FR;;;M)");
  descriptor.entries->push_back({.kind = Entry::Kind::allow_object, .mask = rights::file_read, .sid = users_sid()});
  CHECK(told(check_key_file(key_with(descriptor), for_mms).findings) ==
        "too open readable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can read it)");
  descriptor.entries->back() = {.kind = static_cast<Entry::Kind>(0x40), .sid = {}, .rest = platform::Bytes(8)};
  CHECK(told(check_key_file(key_with(descriptor), for_mms).findings) ==
        "too open extended-acl: an access list with an entry of an unknown kind");
}

TEST_CASE("a directory above the key is checked by who can swap the key") {
  const std::array rows = {
      Row{"Users read", "O:BAD:P(A;;FA;;;BA)(A;OICI;0x1200a9;;;BU)", ""},
      Row{"Users add files to the key's own directory", "O:BAD:P(A;;0x2;;;BU)",
          "broken directory-writable: owned by BUILTIN\\Administrators (BUILTIN\\Users can swap the key)"},
      Row{"Users add directories", "O:BAD:P(A;CI;LC;;;BU)", ""},
      Row{"Users remove what is in it", "O:BAD:P(A;;DT;;;BU)",
          "broken directory-writable: owned by BUILTIN\\Administrators (BUILTIN\\Users can swap the key)"},
      Row{"Users rename it", "O:BAD:P(A;;SD;;;BU)",
          "broken directory-writable: owned by BUILTIN\\Administrators (BUILTIN\\Users can swap the key)"},
      Row{"Authenticated Users modify, as in every new folder of C:", "O:BAD:AI(A;OICIID;0x1301bf;;;AU)",
          "broken directory-writable: owned by BUILTIN\\Administrators (AU can swap the key)"},
      Row{"what is for files to come is checked with these", "O:BAD:P(A;OICIIO;FA;;;WD)", ""},
      Row{"a stranger owns it", "O:B:D:P(A;;FA;;;BA)",
          "broken directory-owner: owned by OM1\\bob (its owner can swap the key)"},
      Row{"without an access list", "O:BAD:NO_ACCESS_CONTROL",
          "broken directory-writable: owned by BUILTIN\\Administrators (everyone can swap the key)"},
      Row{"the service's own", "O:MD:P(A;OICI;FA;;;M)", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    KeyPathFacts facts = key_with(parsed("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;M)"));
    facts.above.back().descriptor = parsed(row.descriptor);
    CHECK(told(check_key_file(facts, for_mms).findings) == row.findings);
  }
}

TEST_CASE("C: as Windows sets it up is no finding") {
  KeyPathFacts facts = key_with(parsed("O:BAD:P(A;;FR;;;M)"));
  facts.above.front().descriptor = parsed(
      "O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
      "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)(A;OICIIO;SDGXGWGR;;;AU)(A;;LC;;;AU)(A;;SD;;;AU)");
  CHECK(told(check_key_file(facts, for_mms).findings).empty());
}

TEST_CASE("what is no plain file with one name is broken, and so is a link on the way") {
  KeyPathFacts facts = key_with(parsed("O:BAD:P(A;;FR;;;M)"));
  facts.above.at(1).is_link = true;
  facts.above.resize(2);
  facts.file = std::nullopt;
  facts.blocked = platform::Error{platform::ErrorKind::unsafe_path, "C:\\MMSData is a link or junction"};
  CHECK(told(check_key_file(facts, for_mms).findings) == "broken link-in-path: a link or junction");

  facts = key_with(parsed("O:BAD:P(A;;FR;;;M)"));
  facts.file->type = FileType::symlink;
  CHECK(told(check_key_file(facts, for_mms).findings) == "broken not-regular: a link or junction");
  facts.file = {.type = FileType::regular, .links = 2, .size = 25};
  facts.is_read_only = true;
  CHECK(told(check_key_file(facts, for_mms).findings) ==
        "broken several-names: 2 names (hard links); note wrong-size: 25 bytes; note immutable: a file with the "
        "read-only attribute");
}

TEST_CASE("a stream beside the key's content can hold a copy of it") {
  KeyPathFacts facts = key_with(parsed("O:BAD:P(A;;FR;;;M)"));
  facts.streams = {":copy:$DATA"};
  CHECK(told(check_key_file(facts, for_mms).findings) ==
        "note alternate-stream: the alternate stream :copy:$DATA, which can hold a copy of it");
}

TEST_CASE("a key that is not there, on a share, with copies beside it") {
  KeyPathFacts facts = key_with(parsed("O:BAD:P"));
  facts.file = std::nullopt;
  facts.descriptor = std::nullopt;
  facts.network = "\\\\server\\share\\";
  facts.other_candidates = {"C:\\ProgramData\\MMSData\\Secrets\\gen.key"};
  facts.stray_copies = {{.path = "C:\\MMSData\\Secrets\\gen - Copy.key", .descriptor = parsed("O:BAD:P(A;;FR;;;WD)")},
                        {.path = "C:\\MMSData\\Secrets\\gen.key.bak", .descriptor = parsed("O:BAD:P(A;;FR;;;M)")}};
  const auto audit = check_key_file(facts, for_mms);
  CHECK(told(audit.findings) ==
        "note missing: no file; note network-file-system: the network share \\\\server\\share\\ (a single point of "
        "failure); note second-candidate: another file that Ops Manager could take for the key; too open stray-copy: "
        "owned by BUILTIN\\Administrators (by its name a copy of the key); note stray-copy: owned by "
        "BUILTIN\\Administrators (by its name a copy of the key)");
  CHECK((audit.network_mount == std::optional<std::string>("\\\\server\\share\\")));
}

TEST_CASE("what cannot be examined is broken in the system's own words") {
  KeyPathFacts facts = key_with(parsed("O:BAD:P"));
  facts.file = std::nullopt;
  facts.descriptor = std::nullopt;
  facts.blocked = platform::Error{platform::ErrorKind::denied, "cannot open C:\\MMSData: Access denied"};
  CHECK(told(check_key_file(facts, for_mms).findings) ==
        "broken service-cannot-read: cannot open C:\\MMSData: Access denied");
}

std::string checked_own(const char* found, std::uint32_t most_open) {
  OwnFileFacts facts{
      .expected = {.path = "C:\\ProgramData\\genkey-agent\\state\\record.json", .most_open = most_open},
      .right = descriptor_for({.user = administrators_sid(), .group = administrators_sid(), .mode = most_open}),
      .facts = {.type = FileType::regular},
      .found = parsed(found)};
  return told(check_own_file(facts, for_system));
}

TEST_CASE("our own files may be as open as they are made, and no more") {
  CHECK(checked_own("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", 0600).empty());
  CHECK(checked_own("O:BAD:P(A;;FR;;;BU)", 0644).empty());
  CHECK(checked_own("O:BAD:P(A;;FR;;;BU)", 0600) ==
        "too open readable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can read it)");
  CHECK(checked_own("O:BAD:P(A;;FA;;;BU)", 0644) ==
        "broken writable-by-others: owned by BUILTIN\\Administrators (BUILTIN\\Users can write it)");
  CHECK(checked_own("O:BAD:P(A;;FR;;;B)", 0600) ==
        "too open extended-acl: owned by BUILTIN\\Administrators (OM1\\bob can read it)");
  CHECK(checked_own("O:B:D:P(A;;FA;;;SY)", 0600) == "broken wrong-owner: owned by OM1\\bob (its owner can change it)");
  CHECK(checked_own("O:BAD:NO_ACCESS_CONTROL", 0600) ==
        "broken writable-by-others: owned by BUILTIN\\Administrators (everyone can write it)");
}

}  // namespace
