// SPDX-License-Identifier: ISC
// The permission table: how a key file and its directories look, what the audit says about them, and what a repair
// does.
//
// Texts name what differs from run to run in braces: {key}, {directory}, {base}, {service} (USER:GROUP), {user} and
// {group} of the service, {caller} (USER:GROUP of whoever runs the tests).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/accounts/account.h"
#include "platform/audit/audit.h"
#include "platform/base/path.h"

namespace tests {

/// A key file as it should be: base/mongodb-mms/gen.key with 24 bytes. Each row changes something about it.
struct KeyScene {
  platform::Path base;       // 0755, of whoever runs the tests
  platform::Path directory;  // 0755, the same
  platform::Path key;        // 0600, of the service
  platform::Account service;
};

using Step = std::function<void(const KeyScene&)>;

/// What a row changes about the key file or a directory; nothing stays as it is.
struct Look {
  std::optional<std::string> owner = std::nullopt;  // USER or USER:GROUP
  std::optional<std::uint32_t> mode = std::nullopt;
  std::optional<std::size_t> size = std::nullopt;
};

struct ExpectedFinding {
  platform::FindingKind kind;
  platform::Severity severity;
  std::string found;
  std::string expected = "{service} 0600";
  std::string path = "{key}";

  /// As platform::describe() says it.
  [[nodiscard]] std::string text() const { return path + ": found " + found + ", expected " + expected; }
};

enum class RepairedBy : std::uint8_t {
  fix,             // `audit --fix` alone; `ensure` and the gate leave it as it is
  fix_and_ensure,  // both, with the same outcome
};

struct PermissionRow {
  std::string name;
  bool needs_root = false;
  Look key = {};
  Look directory = {};
  Look base = {};
  Step prepare = {};  // what looks cannot say, after them
  std::vector<ExpectedFinding> findings = {};
  std::string repair = {};  // its sentences with "; " between them, or "refused: ..."; empty when nothing is done
  RepairedBy repaired_by = RepairedBy::fix;
  Step meanwhile = {};  // between the audit and the repair
};

/// All of it, in the order of the groups below.
std::vector<PermissionRow> permission_rows();

std::vector<PermissionRow> rows_of_modes();
std::vector<PermissionRow> rows_of_owners();
std::vector<PermissionRow> rows_of_file_types();
std::vector<PermissionRow> rows_of_directories();
std::vector<PermissionRow> rows_of_access_lists();

std::vector<PermissionRow> joined(const std::vector<std::vector<PermissionRow>>& groups);

/// Makes the scene look as the row says.
void prepare(const PermissionRow& row, const KeyScene& scene);

// Outcomes of a repair.
std::string mode_from(const std::string& mode);
std::string owner_from(const std::string& owner);
std::string both(const std::string& first, const std::string& second);

// Steps. A failing one throws std::runtime_error, which names the call.
void must(bool done, const char* call);
void set_mode(const platform::Path& path, std::uint32_t mode);
void set_owner(const platform::Path& path, const std::string& owner);
/// Creates or overwrites it with `size` bytes.
void fill(const platform::Path& path, std::size_t size);
/// An access control list: the owner as before, this user, nobody else.
void grant(const platform::Path& path, const std::string& user, std::uint16_t permissions, std::uint16_t mask);

}  // namespace tests
