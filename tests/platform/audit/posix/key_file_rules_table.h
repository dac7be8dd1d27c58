// The rows of the permission table: what stands at the key's place, what the audit says of it in which words,
// and what mending makes of it. In the texts $K is the key file, $D its directory, $B the directory above
// that, $S the service's USER:GROUP, $s its user and $g its group.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/audit/audit.h"
#include "platform/base/path.h"

namespace tests {

struct Place {
  platform::Path base;       // $B, 0755
  platform::Path directory;  // $D, 0755
  platform::Path key;        // $K, 24 bytes, 0600, the service's
  platform::Account service;
};

struct ExpectedFinding {
  platform::FindingKind kind;
  platform::Severity severity;
  std::string text;
};

struct PermissionRow {
  std::string name;
  bool needs_root = false;
  std::function<void(const Place&)> prepare;
  std::vector<ExpectedFinding> findings = {};
  std::string mended = {};         // by `audit --fix`: sentences, "; " between them, or "refused: ..."
  std::string mended_broken = {};  // by `ensure` and the gate
  std::function<void(const Place&)> meanwhile = {};  // between the audit and the mending
};

std::vector<PermissionRow> permission_rows();

}  // namespace tests
