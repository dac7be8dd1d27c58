// SPDX-License-Identifier: ISC
// Every row of the permission table, on a real disk: what the audit says, what a repair does, and what it leaves alone.
#include <algorithm>
#include <fstream>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>

#include "platform/audit/audit.h"
#include "platform/audit/repair.h"
#include "platform/files/file.h"
#include "tests/platform/audit/posix/key_file_rules_rows.h"
#include "tests/support/temporary_directory.h"

namespace tests {

namespace {

using platform::Account;
using platform::FileFacts;
using platform::Finding;
using platform::FindingKind;
using platform::KeyFileAudit;
using platform::Path;
using platform::RepairScope;

using platform::Severity;

Account service_account() {
  if (!platform::running_as_root()) return platform::current_account();
  return platform::find_account("www-data").value();
}

KeyScene make_scene(const TemporaryDirectory& temporary) {
  KeyScene scene{.base = temporary.path(),
                 .directory = temporary.path() / "mongodb-mms",
                 .key = temporary.path() / "mongodb-mms" / "gen.key",
                 .service = service_account()};
  boost::filesystem::create_directory(scene.directory);
  std::ofstream(scene.key.string()) << std::string(24, 'k');
  REQUIRE(chmod(scene.base.c_str(), 0755) == 0);
  REQUIRE(chmod(scene.directory.c_str(), 0755) == 0);
  REQUIRE(chmod(scene.key.c_str(), 0600) == 0);
  REQUIRE(chown(scene.key.c_str(), scene.service.uid, scene.service.gid) == 0);
  return scene;
}

std::string with(std::string text, const std::string& mark, const std::string& value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
  return text;
}

std::string filled_in(std::string text, const KeyScene& scene) {
  text = with(text, "{key}", scene.key.string());
  text = with(text, "{directory}", scene.directory.string());
  text = with(text, "{base}", scene.base.string());
  text = with(text, "{service}", scene.service.owner());
  text = with(text, "{user}", scene.service.name);
  text = with(text, "{group}", platform::group_name(scene.service.gid));
  return with(text, "{caller}", platform::current_account().owner());
}

// Where tests run is not what they are about: /tmp is often in memory.
std::vector<Finding> about_permissions(const KeyFileAudit& audit) {
  std::vector<Finding> findings;
  for (const Finding& finding : audit.findings) {
    const bool about_the_disk =
        finding.kind == FindingKind::memory_file_system || finding.kind == FindingKind::network_file_system;
    if (!about_the_disk) findings.push_back(finding);
  }
  return findings;
}

std::optional<FileFacts> look(const Path& path) {
  const auto facts = platform::facts_of(path);
  return facts ? std::optional(*facts) : std::nullopt;
}

KeyFileAudit audit(const KeyScene& scene) { return platform::audit_key_file(scene.key, scene.service, {}); }

std::string outcome_of(const platform::Result<std::vector<std::string>>& repaired) {
  if (!repaired) return "refused: " + repaired.error().message;
  std::string text;
  for (const std::string& sentence : *repaired) text += (text.empty() ? "" : "; ") + sentence;
  return text;
}

void check_findings(const PermissionRow& row, const KeyScene& scene) {
  const std::vector<Finding> found = about_permissions(audit(scene));
  REQUIRE(found.size() == row.findings.size());
  for (std::size_t index = 0; index < found.size(); ++index) {
    CHECK(platform::describe(found[index]) == filled_in(row.findings[index].text(), scene));
    CHECK(static_cast<int>(found[index].kind) == static_cast<int>(row.findings[index].kind));
    CHECK(static_cast<int>(found[index].severity) == static_cast<int>(row.findings[index].severity));
  }
}

void check_dry_run(const KeyScene& scene, const KeyFileAudit& audited, RepairScope scope, const std::string& expected) {
  const auto before = look(scene.key);
  std::string outcome = outcome_of(platform::repair_key_file(scene.key, scene.service, audited, scope, true));
  CHECK(with(with(outcome, "would change", "changed"), "would remove", "removed") == expected);
  CHECK((look(scene.key) == before));
}

bool is_repaired_by_fix(const Finding& finding, const KeyScene& scene) {
  const bool about_the_file = finding.path == scene.key && finding.type == platform::FileType::regular;
  return about_the_file && finding.severity != Severity::note;
}

// What concerns reading alone waits for `audit --fix`.
std::string expected_repair(const PermissionRow& row, RepairScope scope) {
  const bool repaired = scope == RepairScope::everything || row.repaired_by == RepairedBy::fix_and_ensure;
  return repaired ? row.repair : "";
}

void check_repair(const PermissionRow& row, RepairScope scope) {
  const TemporaryDirectory temporary;
  const KeyScene scene = make_scene(temporary);
  prepare(row, scene);
  const KeyFileAudit audited = audit(scene);
  if (row.meanwhile) row.meanwhile(scene);
  const std::string expected = filled_in(expected_repair(row, scope), scene);
  const auto directory_before = look(scene.directory);
  const auto before = look(scene.key);

  check_dry_run(scene, audited, scope, expected);
  CHECK(outcome_of(platform::repair_key_file(scene.key, scene.service, audited, scope, false)) == expected);
  CHECK((look(scene.directory) == directory_before));
  if (expected.empty() || expected.starts_with("refused")) {
    CHECK((look(scene.key) == before));
    return;
  }
  for (const Finding& left : audit(scene).findings) {
    INFO(platform::describe(left));
    CHECK_FALSE(is_repaired_by_fix(left, scene));
  }
}

TEST_CASE("what the audit says of a key file, and what a repair does to it, is as the permission table has it") {
  const bool root = platform::running_as_root();
  for (const PermissionRow& row : permission_rows()) {
    if (row.needs_root && !root) {
      MESSAGE("left out without root: " << row.name);
      continue;
    }
    CAPTURE(row.name);
    {
      const TemporaryDirectory temporary;
      const KeyScene scene = make_scene(temporary);
      prepare(row, scene);
      check_findings(row, scene);
    }
    check_repair(row, RepairScope::everything);
    check_repair(row, RepairScope::broken_only);
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
