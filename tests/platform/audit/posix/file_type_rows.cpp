// SPDX-License-Identifier: ISC
// The permission table's rows about what stands where the key file should be, and beside it.
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include <boost/filesystem/operations.hpp>

#include "tests/platform/audit/posix/key_file_rules_rows.h"

namespace tests {

namespace {

using platform::Path;
using enum platform::FindingKind;
using enum platform::Severity;
using enum RepairedBy;

using Rows = std::vector<PermissionRow>;

// Removes the key file and puts what `make` makes under its name.
Step instead(const std::function<void(const Path&)>& make) {
  return [=](const KeyScene& scene) {
    must(unlink(scene.key.c_str()) == 0, "unlink");
    make(scene.key);
  };
}

void make_socket(const Path& path) {
  const int made = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path.string();
  must(name.size() < sizeof(address.sun_path), "socket path");
  std::memcpy(address.sun_path, name.c_str(), name.size());
  must(bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0, "bind");
  close(made);
}

void make_fifo(const Path& path) { must(mkfifo(path.c_str(), 0600) == 0, "mkfifo"); }
void make_device(const Path& path) { must(mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0, "mknod"); }
void make_directory(const Path& path) { boost::filesystem::create_directory(path); }
void make_dead_link(const Path& path) { boost::filesystem::create_symlink("/nowhere", path); }

void link_to_the_key(const KeyScene& scene) {
  boost::filesystem::rename(scene.key, scene.base / "shared");
  boost::filesystem::create_symlink(scene.base / "shared", scene.key);
}

void give_second_name(const KeyScene& scene) { boost::filesystem::create_hard_link(scene.key, scene.base / "other"); }

PermissionRow special_file(std::string name, Step prepare, const std::string& what) {
  return {.name = std::move(name),
          .prepare = std::move(prepare),
          .findings = {{not_regular, broken, what, "a regular file"}},
          .repair = "refused: {key}: found " + what + ", expected a regular file",
          .repaired_by = fix_and_ensure};
}

Rows rows_of_missing_files() {
  return {
      {.name = "no key", .prepare = instead([](const Path&) {}), .findings = {{missing, note, "no file"}}},
      {.name = "no directory",
       .prepare = [](const KeyScene& scene) { boost::filesystem::remove_all(scene.directory); },
       .findings = {{missing, note, "no file"}}},
  };
}

Rows rows_of_special_files() {
  PermissionRow device = special_file("a device", instead(make_device), "a device");
  device.needs_root = true;
  return {
      {.name = "a second name (hard link) elsewhere",
       .prepare = give_second_name,
       .findings = {{several_names, broken, "2 names (hard links)", "one name"}},
       .repair = "refused: {key}: found 2 names (hard links), expected one name",
       .repaired_by = fix_and_ensure},
      special_file("a link to the key", link_to_the_key, "a symbolic link"),
      special_file("a link to nowhere", instead(make_dead_link), "a symbolic link"),
      special_file("a FIFO", instead(make_fifo), "a FIFO"),
      special_file("a directory", instead(make_directory), "a directory"),
      special_file("a socket", instead(make_socket), "a socket"),
      device,
  };
}

Rows rows_of_sizes() {
  return {
      {.name = "an empty file", .key = {.size = 0}, .findings = {{wrong_size, note, "0 bytes", "24 bytes"}}},
      {.name = "23 bytes", .key = {.size = 23}, .findings = {{wrong_size, note, "23 bytes", "24 bytes"}}},
      {.name = "32 bytes of base64", .key = {.size = 32}, .findings = {{wrong_size, note, "32 bytes", "24 bytes"}}},
  };
}

Rows rows_of_copies() {
  return {
      {.name = "a copy beside it that everyone can read",
       .prepare =
           [](const KeyScene& scene) {
             fill(scene.directory / "gen.key.bak", 24);
             set_mode(scene.directory / "gen.key.bak", 0644);
             set_owner(scene.directory / "gen.key.bak", platform::current_account().name);
           },
       .findings = {{.kind = stray_copy,
                     .severity = too_open,
                     .found = "{caller} 0644 (by its name a copy of the key)",
                     .expected = "no copy of {key}",
                     .path = "{directory}/gen.key.bak"}}},
      {.name = "a copy beside it that only its owner can read",
       .prepare =
           [](const KeyScene& scene) {
             fill(scene.directory / ".gen.key.swp", 24);
             set_mode(scene.directory / ".gen.key.swp", 0600);
           },
       .findings = {{.kind = stray_copy,
                     .severity = note,
                     .found = "{caller} 0600 (by its name a copy of the key)",
                     .expected = "no copy of {key}",
                     .path = "{directory}/.gen.key.swp"}}},
  };
}

}  // namespace

std::vector<PermissionRow> rows_of_file_types() {
  return joined({rows_of_missing_files(), rows_of_special_files(), rows_of_sizes(), rows_of_copies()});
}

}  // namespace tests
