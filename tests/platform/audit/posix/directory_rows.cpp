// SPDX-License-Identifier: ISC
// The permission table's rows about the directories above the key file, and about access control lists.
#include <utility>

#include <boost/filesystem/operations.hpp>

#include "tests/platform/audit/posix/key_file_rules_rows.h"

namespace tests {

namespace {

using enum platform::FindingKind;
using enum platform::Severity;
using enum RepairedBy;

using Rows = std::vector<PermissionRow>;

const char* const only_trusted_write = "a directory that only root or {user} can write";

ExpectedFinding unsearchable(const std::string& path, const std::string& mode) {
  return {service_cannot_read, broken, "root:root " + mode + " ({user} cannot search it)",
          "a directory that {user} can search", path};
}

ExpectedFinding writable(const std::string& path, const std::string& looks, const std::string& who) {
  return {directory_writable, broken, looks + " (" + who + " can swap the key)", only_trusted_write, path};
}

ExpectedFinding owned_by_stranger(const std::string& mode) {
  return {directory_owner, broken, "games:games " + mode + " (its owner can swap the key)",
          "a directory owned by root or {user}", "{directory}"};
}

// The directory moves away, and a link of this owner leads to it.
Step link_of(const std::string& owner) {
  return [=](const KeyScene& scene) {
    boost::filesystem::rename(scene.directory, scene.base / "real");
    boost::filesystem::create_symlink(scene.base / "real", scene.directory);
    set_owner(scene.directory, owner);
  };
}

// Another directory with a key file that looks the same.
void swap_directory(const KeyScene& scene) {
  boost::filesystem::rename(scene.directory, scene.base / "before");
  boost::filesystem::create_directory(scene.directory);
  fill(scene.key, 24);
  set_mode(scene.key, 0644);
}

void give_second_name(const KeyScene& scene) { boost::filesystem::create_hard_link(scene.key, scene.base / "other"); }

Rows rows_of_search() {
  return {
      {.name = "a directory that can be searched, not listed", .directory = {.mode = 0711}},
      {.name = "a directory that the service cannot search",
       .needs_root = true,
       .directory = {.mode = 0700},
       .findings = {unsearchable("{directory}", "0700")}},
      {.name = "a directory above that the service cannot search",
       .needs_root = true,
       .base = {.mode = 0750},
       .findings = {unsearchable("{base}", "0750")}},
      {.name = "a directory of the service's group that it can search",
       .needs_root = true,
       .directory = {.owner = "root:www-data", .mode = 0750}},
  };
}

Rows rows_of_directories_that_everyone_can_write() {
  return {
      {.name = "a directory that everyone can write",
       .directory = {.mode = 0777},
       .findings = {writable("{directory}", "{caller} 0777", "everyone")}},
      {.name = "a sticky directory that everyone can write", .directory = {.mode = 01777}},
      {.name = "a directory above that everyone can write",
       .base = {.mode = 0777},
       .findings = {writable("{base}", "{caller} 0777", "everyone")}},
      {.name = "a directory above that is sticky", .base = {.mode = 01777}},
  };
}

Rows rows_of_directories_that_a_group_can_write() {
  return {
      {.name = "a directory that the service's group can write",
       .needs_root = true,
       .directory = {.owner = "root:www-data", .mode = 0775}},
      {.name = "a directory that root's group can write", .needs_root = true, .directory = {.mode = 0775}},
      {.name = "a directory that another group can write",
       .needs_root = true,
       .directory = {.owner = "root:games", .mode = 0775},
       .findings = {writable("{directory}", "root:games 0775", "the group games")}},
      {.name = "a sticky directory that another group can write",
       .needs_root = true,
       .directory = {.owner = "root:games", .mode = 01775}},
  };
}

Rows rows_of_directories_of_others() {
  return {
      {.name = "a directory of the service's own",
       .needs_root = true,
       .directory = {.owner = "www-data", .mode = 0700}},
      {.name = "a stranger's directory",
       .needs_root = true,
       .directory = {.owner = "games", .mode = 0755},
       .findings = {owned_by_stranger("0755")}},
      {.name = "a stranger's sticky directory: its owner may remove what is in it",
       .needs_root = true,
       .directory = {.owner = "games", .mode = 01777},
       .findings = {owned_by_stranger("1777")}},
      {.name = "an open file in an open directory: repairing the file leaves the directory alone",
       .key = {.mode = 0644},
       .directory = {.mode = 0777},
       .findings = {writable("{directory}", "{caller} 0777", "everyone"),
                    {readable_by_others, too_open, "{service} 0644 (everyone can read it)"}},
       .repair = mode_from("0644")},
  };
}

Rows rows_of_links() {
  return {
      {.name = "a link of root's on the way",
       .needs_root = true,
       .prepare = link_of("root"),
       .findings = {{link_in_path, note, "a link of root", "a directory", "{directory}"}}},
      {.name = "a link of a stranger's on the way",
       .needs_root = true,
       .prepare = link_of("games"),
       .findings = {{link_in_path, broken, "a link of games that somebody else could have made",
                     "a directory, or a link that only root can change", "{directory}"}}},
  };
}

Rows rows_of_changes_meanwhile() {
  const std::string refused = "refused: {key} was swapped for another file just now; nothing was changed";
  return {
      {.name = "a directory that is swapped between the audit and the repair",
       .key = {.mode = 0644},
       .findings = {{readable_by_others, too_open, "{service} 0644 (everyone can read it)"}},
       .repair = refused,
       .meanwhile = swap_directory},
      {.name = "a file that gets a second name between the audit and the repair",
       .key = {.mode = 0666},
       .findings = {{writable_by_others, broken, "{service} 0666 (everyone can write it)"},
                    {readable_by_others, too_open, "{service} 0666 (everyone can read it)"}},
       .repair = refused,
       .repaired_by = fix_and_ensure,
       .meanwhile = give_second_name},
  };
}

constexpr const char* list_removed = "removed the access control list of {key}";

Rows rows_of_key_lists() {
  const std::string games = "an access control list that lets the user games ";
  return {
      {.name = "an access control list that lets a stranger read",
       .prepare = [](const KeyScene& scene) { grant(scene.key, "games", 4, 4); },
       .findings = {{extended_acl, too_open, games + "read it"}},
       .repair = both(mode_from("0640"), list_removed)},
      {.name = "an access control list that lets a stranger write",
       .prepare = [](const KeyScene& scene) { grant(scene.key, "games", 6, 6); },
       .findings = {{extended_acl, broken, games + "read and write it"}},
       .repair = both(mode_from("0660"), list_removed),
       .repaired_by = fix_and_ensure},
      {.name = "an access control list whose mask leaves a stranger nothing",
       .prepare = [](const KeyScene& scene) { grant(scene.key, "games", 6, 0); }},
      {.name = "root's key that an access control list lets the service read",
       .needs_root = true,
       .key = {.owner = "root"},
       .prepare = [](const KeyScene& scene) { grant(scene.key, "www-data", 4, 4); },
       .findings = {{wrong_owner, too_open, "root:root 0640 (owned by root)"}},
       .repair = both(both(owner_from("root:root"), mode_from("0640")), list_removed)},
  };
}

Rows rows_of_directory_lists() {
  return {
      {.name = "a directory that an access control list lets a stranger write",
       .needs_root = true,
       .prepare = [](const KeyScene& scene) { grant(scene.directory, "games", 7, 7); },
       .findings = {writable("{directory}", "root:root 0770", "the user games"), unsearchable("{directory}", "0770")}},
      {.name = "root's directory that an access control list lets the service search",
       .needs_root = true,
       .prepare = [](const KeyScene& scene) { grant(scene.directory, "www-data", 1, 1); }},
  };
}

}  // namespace

std::vector<PermissionRow> rows_of_directories() {
  return joined({rows_of_search(), rows_of_directories_that_everyone_can_write(),
                 rows_of_directories_that_a_group_can_write(), rows_of_directories_of_others(), rows_of_links(),
                 rows_of_changes_meanwhile()});
}

std::vector<PermissionRow> rows_of_access_lists() { return joined({rows_of_key_lists(), rows_of_directory_lists()}); }

}  // namespace tests
