// SPDX-License-Identifier: ISC
// The permission table's rows about modes and owners of the key file.
#include "tests/platform/audit/posix/key_file_rules_rows.h"

namespace tests {

namespace {

using enum platform::FindingKind;
using enum platform::Severity;
using enum RepairedBy;

using Rows = std::vector<PermissionRow>;

Rows rows_of_readers() {
  return {
      {.name = "0600 is right"},
      {.name = "0400 is right", .key = {.mode = 0400}},
      {.name = "0640 lets the group read",
       .key = {.mode = 0640},
       .findings = {{readable_by_group, too_open, "{service} 0640 (the group {group} can read it)"}},
       .repair = mode_from("0640")},
      {.name = "0644 lets everyone read",
       .key = {.mode = 0644},
       .findings = {{readable_by_others, too_open, "{service} 0644 (everyone can read it)"}},
       .repair = mode_from("0644")},
      {.name = "0604 lets everyone but the group read",
       .key = {.mode = 0604},
       .findings = {{readable_by_others, too_open, "{service} 0604 (everyone can read it)"}},
       .repair = mode_from("0604")},
  };
}

Rows rows_of_writers() {
  return {
      {.name = "0660 lets the group write",
       .key = {.mode = 0660},
       .findings = {{writable_by_others, broken, "{service} 0660 (the group {group} can write it)"},
                    {readable_by_group, too_open, "{service} 0660 (the group {group} can read it)"}},
       .repair = mode_from("0660"),
       .repaired_by = fix_and_ensure},
      {.name = "0666 lets everyone write",
       .key = {.mode = 0666},
       .findings = {{writable_by_others, broken, "{service} 0666 (everyone can write it)"},
                    {readable_by_others, too_open, "{service} 0666 (everyone can read it)"}},
       .repair = mode_from("0666"),
       .repaired_by = fix_and_ensure},
      {.name = "0602 lets everyone write without reading",
       .key = {.mode = 0602},
       .findings = {{writable_by_others, broken, "{service} 0602 (everyone can write it)"}},
       .repair = mode_from("0602"),
       .repaired_by = fix_and_ensure},
  };
}

Rows rows_of_odd_bits() {
  return {
      {.name = "0700 makes a program of the key",
       .key = {.mode = 0700},
       .findings = {{executable, too_open, "{service} 0700 (executable)"}},
       .repair = mode_from("0700")},
      {.name = "0755 is what `install` without -m does",
       .key = {.mode = 0755},
       .findings = {{readable_by_others, too_open, "{service} 0755 (everyone can read it)"},
                    {executable, too_open, "{service} 0755 (executable)"}},
       .repair = mode_from("0755")},
      {.name = "setuid on the key",
       .key = {.mode = 04600},
       .findings = {{special_bits, too_open, "{service} 4600 (setuid)"}},
       .repair = mode_from("4600")},
      {.name = "setgid and sticky on the key",
       .key = {.mode = 03600},
       .findings = {{special_bits, too_open, "{service} 3600 (setgid, sticky)"}},
       .repair = mode_from("3600")},
  };
}

Rows rows_that_shut_the_service_out() {
  return {
      {.name = "0200 keeps the service from reading its own key",
       .key = {.mode = 0200},
       .findings = {{service_cannot_read, broken, "{service} 0200 ({user} cannot read it)"}},
       .repair = mode_from("0200"),
       .repaired_by = fix_and_ensure},
      {.name = "0000 keeps the service from reading its own key",
       .key = {.mode = 0},
       .findings = {{service_cannot_read, broken, "{service} 0000 ({user} cannot read it)"}},
       .repair = mode_from("0000"),
       .repaired_by = fix_and_ensure},
      {.name = "0044: the class of the owner decides, not the widest",
       .key = {.mode = 0044},
       .findings = {{service_cannot_read, broken, "{service} 0044 ({user} cannot read it)"},
                    {readable_by_others, too_open, "{service} 0044 (everyone can read it)"}},
       .repair = mode_from("0044"),
       .repaired_by = fix_and_ensure},
  };
}

Rows rows_of_roots_keys() {
  return {
      {.name = "root's key, 0600: copied by hand, never given to the service",
       .needs_root = true,
       .key = {.owner = "root", .mode = 0600},
       .findings = {{service_cannot_read, broken, "root:root 0600 ({user} cannot read it)"}},
       .repair = owner_from("root:root"),
       .repaired_by = fix_and_ensure},
      {.name = "root's key, 0644: works, for everyone",
       .needs_root = true,
       .key = {.owner = "root", .mode = 0644},
       .findings = {{wrong_owner, too_open, "root:root 0644 (owned by root)"},
                    {readable_by_others, too_open, "root:root 0644 (everyone can read it)"}},
       .repair = both(owner_from("root:root"), mode_from("0644"))},
      {.name = "root's key with the service's group, 0640: works",
       .needs_root = true,
       .key = {.owner = "root:www-data", .mode = 0640},
       .findings = {{wrong_owner, too_open, "root:{group} 0640 (owned by root)"},
                    {readable_by_group, too_open, "root:{group} 0640 (the group {group} can read it)"}},
       .repair = both(owner_from("root:{group}"), mode_from("0640"))},
      {.name = "root's key with the service's group, 0600: the group has nothing of it",
       .needs_root = true,
       .key = {.owner = "root:www-data", .mode = 0600},
       .findings = {{service_cannot_read, broken, "root:{group} 0600 ({user} cannot read it)"}},
       .repair = owner_from("root:{group}"),
       .repaired_by = fix_and_ensure},
  };
}

Rows rows_of_strangers_keys() {
  return {
      {.name = "a stranger's key, 0600",
       .needs_root = true,
       .key = {.owner = "games", .mode = 0600},
       .findings = {{wrong_owner, broken, "games:games 0600 (games can change it)"},
                    {service_cannot_read, broken, "games:games 0600 ({user} cannot read it)"}},
       .repair = owner_from("games:games"),
       .repaired_by = fix_and_ensure},
      {.name = "a stranger's key, 0644: works, until the stranger changes it",
       .needs_root = true,
       .key = {.owner = "games", .mode = 0644},
       .findings = {{wrong_owner, broken, "games:games 0644 (games can change it)"},
                    {readable_by_others, too_open, "games:games 0644 (everyone can read it)"}},
       .repair = both(owner_from("games:games"), mode_from("0644")),
       .repaired_by = fix_and_ensure},
      {.name = "a stranger's key, 4755",
       .needs_root = true,
       .key = {.owner = "games", .mode = 04755},
       .findings = {{wrong_owner, broken, "games:games 4755 (games can change it)"},
                    {readable_by_others, too_open, "games:games 4755 (everyone can read it)"},
                    {executable, too_open, "games:games 4755 (executable)"},
                    {special_bits, too_open, "games:games 4755 (setuid)"}},
       .repair = both(owner_from("games:games"), mode_from("4755")),
       .repaired_by = fix_and_ensure},
  };
}

Rows rows_of_other_groups() {
  return {
      {.name = "the service's key with another group, 0600: the group has nothing of it",
       .needs_root = true,
       .key = {.owner = "www-data:games", .mode = 0600}},
      {.name = "the service's key with another group, 0640",
       .needs_root = true,
       .key = {.owner = "www-data:games", .mode = 0640},
       .findings = {{readable_by_group, too_open, "{user}:games 0640 (the group games can read it)"}},
       .repair = both(owner_from("{user}:games"), mode_from("0640"))},
  };
}

}  // namespace

std::vector<PermissionRow> rows_of_modes() {
  return joined({rows_of_readers(), rows_of_writers(), rows_of_odd_bits(), rows_that_shut_the_service_out()});
}

std::vector<PermissionRow> rows_of_owners() {
  return joined({rows_of_roots_keys(), rows_of_strangers_keys(), rows_of_other_groups()});
}

}  // namespace tests
