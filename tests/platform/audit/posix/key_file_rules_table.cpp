// Every row of the permission table, on a real disk: what the audit says, and what mending does and leaves
// alone.
#include "tests/platform/audit/posix/key_file_rules_table.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>

#include "platform/audit/audit.h"
#include "platform/files/file.h"
#include "tests/support/temporary_directory.h"

namespace tests {

namespace {

using platform::Account;
using platform::FileFacts;
using platform::Finding;
using platform::FindingKind;
using platform::KeyFileAudit;
using platform::Mend;
using platform::Path;
using platform::Severity;

Account service_account() {
  if (!platform::running_as_root()) return platform::current_account();
  return platform::find_account("www-data").value();
}

Place make_place(const TemporaryDirectory& temporary) {
  Place place{.base = temporary.path(),
              .directory = temporary.path() / "mongodb-mms",
              .key = temporary.path() / "mongodb-mms" / "gen.key",
              .service = service_account()};
  boost::filesystem::create_directory(place.directory);
  std::ofstream(place.key.string()) << std::string(24, 'k');
  REQUIRE(chmod(place.base.c_str(), 0755) == 0);
  REQUIRE(chmod(place.directory.c_str(), 0755) == 0);
  REQUIRE(chmod(place.key.c_str(), 0600) == 0);
  REQUIRE(chown(place.key.c_str(), place.service.uid, place.service.gid) == 0);
  return place;
}

std::string with(std::string text, const std::string& mark, const std::string& value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
  return text;
}

std::string filled_in(std::string text, const Place& place) {
  text = with(text, "$K", place.key.string());
  text = with(text, "$D", place.directory.string());
  text = with(text, "$B", place.base.string());
  text = with(text, "$S", place.service.owner());
  text = with(text, "$s", place.service.name);
  text = with(text, "$g", platform::group_name(place.service.gid));
  return with(text, "$C", platform::current_account().owner());
}

// Where tests run is not what they are about: /tmp is often in memory.
std::vector<Finding> about_permissions(const KeyFileAudit& audit) {
  std::vector<Finding> findings;
  for (const Finding& finding : audit.findings) {
    const bool place =
        finding.kind == FindingKind::memory_file_system || finding.kind == FindingKind::network_file_system;
    if (!place) findings.push_back(finding);
  }
  return findings;
}

std::optional<FileFacts> look(const Path& path) {
  const auto facts = platform::facts_of(path);
  return facts ? std::optional(*facts) : std::nullopt;
}

KeyFileAudit audit(const Place& place) { return platform::audit_key_file(place.key, place.service, {}); }

std::string outcome_of(const platform::Result<std::vector<std::string>>& mended) {
  if (!mended) return "refused: " + mended.error().message;
  std::string text;
  for (const std::string& sentence : *mended) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

void check_findings(const PermissionRow& row, const Place& place) {
  const std::vector<Finding> found = about_permissions(audit(place));
  REQUIRE(found.size() == row.findings.size());
  for (std::size_t index = 0; index < found.size(); ++index) {
    CHECK(platform::describe(found[index]) == filled_in(row.findings[index].text, place));
    CHECK(static_cast<int>(found[index].kind) == static_cast<int>(row.findings[index].kind));
    CHECK(static_cast<int>(found[index].severity) == static_cast<int>(row.findings[index].severity));
  }
}

void check_dry_run(const Place& place, const KeyFileAudit& audited, Mend what, const std::string& expected) {
  const auto before = look(place.key);
  std::string outcome = outcome_of(platform::mend_key_file(place.key, place.service, audited, what, true));
  CHECK(with(with(outcome, "would change", "changed"), "would remove", "removed") == expected);
  CHECK((look(place.key) == before));
}

bool is_mended_by_fix(const Finding& finding, const Place& place) {
  const bool judgement_of_file = finding.path == place.key && finding.type == platform::FileType::regular;
  return judgement_of_file && finding.severity != Severity::note;
}

void check_mending(const PermissionRow& row, Mend what) {
  const TemporaryDirectory temporary;
  const Place place = make_place(temporary);
  row.prepare(place);
  const KeyFileAudit audited = audit(place);
  if (row.meanwhile) row.meanwhile(place);
  const std::string expected = filled_in(what == Mend::everything ? row.mended : row.mended_broken, place);
  const auto directory_before = look(place.directory);
  const auto before = look(place.key);

  check_dry_run(place, audited, what, expected);
  CHECK(outcome_of(platform::mend_key_file(place.key, place.service, audited, what, false)) == expected);
  CHECK((look(place.directory) == directory_before));
  if (expected.empty() || expected.starts_with("refused")) {
    CHECK((look(place.key) == before));
    return;
  }
  for (const Finding& left : audit(place).findings) {
    INFO(platform::describe(left));
    CHECK_FALSE(is_mended_by_fix(left, place));
  }
}

TEST_CASE("what the audit says of a key file, and what mending does to it, is as the permission table has it") {
  const bool root = platform::running_as_root();
  for (const PermissionRow& row : permission_rows()) {
    if (row.needs_root && !root) {
      MESSAGE("left out without root: " << row.name);
      continue;
    }
    CAPTURE(row.name);
    {
      const TemporaryDirectory temporary;
      const Place place = make_place(temporary);
      row.prepare(place);
      check_findings(row, place);
    }
    check_mending(row, Mend::everything);
    check_mending(row, Mend::broken_only);
  }
}

TEST_CASE("the permission table has at least thirty rows and no two of one name") {
  std::vector<std::string> names;
  for (const PermissionRow& row : permission_rows()) names.push_back(row.name);
  std::ranges::sort(names);
  CHECK(names.size() >= 30);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

}  // namespace

}  // namespace tests
