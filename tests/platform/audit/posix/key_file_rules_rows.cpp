#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utility>

#include <boost/filesystem/operations.hpp>

#include "tests/platform/audit/posix/key_file_rules_table.h"

namespace tests {

namespace {

using platform::Path;
using enum platform::FindingKind;
using enum platform::Severity;
using Prepare = std::function<void(const Place&)>;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

void set_mode(const Path& path, mode_t mode) { must(chmod(path.c_str(), mode) == 0, "chmod"); }

void set_owner(const Path& path, const std::string& owner) {
  const auto account = platform::find_account(owner);
  must(account && lchown(path.c_str(), account->uid, account->gid) == 0, "chown");
}

void remove_name(const Path& path) { must(unlink(path.c_str()) == 0, "unlink"); }

void fill(const Path& path, std::size_t size) {
  std::ofstream(path.string(), std::ios::trunc) << std::string(size, 'k');
}

Prepare nothing() {
  return [](const Place&) {};
}
Prepare mode(mode_t bits) {
  return [=](const Place& place) { set_mode(place.key, bits); };
}
Prepare owner(const std::string& name, mode_t bits) {
  return [=](const Place& place) {
    set_owner(place.key, name);
    set_mode(place.key, bits);
  };
}
Prepare size(std::size_t bytes) {
  return [=](const Place& place) { fill(place.key, bytes); };
}
Prepare directory_mode(mode_t bits) {
  return [=](const Place& place) { set_mode(place.directory, bits); };
}
Prepare directory_owner_and_mode(const std::string& name, mode_t bits) {
  return [=](const Place& place) {
    set_owner(place.directory, name);
    set_mode(place.directory, bits);
  };
}
Prepare instead(const std::function<void(const Path&)>& make) {
  return [=](const Place& place) {
    remove_name(place.key);
    make(place.key);
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

struct AclEntry {
  std::uint16_t tag;
  std::uint16_t permissions;
  std::uint32_t id;
};
constexpr std::uint16_t acl_owner = 1;
constexpr std::uint16_t acl_user = 2;
constexpr std::uint16_t acl_group = 4;
constexpr std::uint16_t acl_mask = 0x10;
constexpr std::uint16_t acl_others = 0x20;
constexpr std::uint32_t no_id = 0xffffffff;

void set_acl(const Path& path, const std::vector<AclEntry>& entries) {
  std::vector<unsigned char> value = {2, 0, 0, 0};
  const auto put = [&](std::uint32_t number, int bytes) {
    for (int index = 0; index < bytes; ++index) value.push_back(static_cast<unsigned char>(number >> (8 * index)));
  };
  for (const AclEntry& entry : entries) {
    put(entry.tag, 2);
    put(entry.permissions, 2);
    put(entry.id, 4);
  }
  must(setxattr(path.c_str(), "system.posix_acl_access", value.data(), value.size(), 0) == 0, "setxattr");
}

// Owner rw (rwx for a directory), one named user, nobody else.
void grant(const Path& path, const std::string& user, std::uint16_t permissions, std::uint16_t mask) {
  const auto account = platform::find_account(user);
  must(account.has_value(), "account");
  const std::uint16_t all = boost::filesystem::is_directory(path) ? 7 : 6;
  set_acl(path, {{acl_owner, all, no_id},
                 {acl_user, permissions, account->uid},
                 {acl_group, 0, no_id},
                 {acl_mask, mask, no_id},
                 {acl_others, 0, no_id}});
}

void replace_directory_by_link(const Place& place, const std::string& owner_of_link) {
  const Path real = place.base / "real";
  boost::filesystem::rename(place.directory, real);
  boost::filesystem::create_symlink(real, place.directory);
  set_owner(place.directory, owner_of_link);
}

// The whole directory, with a key file of the same looks in it.
void swap_directory(const Place& place) {
  boost::filesystem::rename(place.directory, place.base / "before");
  boost::filesystem::create_directory(place.directory);
  fill(place.key, 24);
  set_mode(place.key, 0644);
}

const std::string to_0600 = "changed the mode of $K from ";
std::string mode_mended(const std::string& from) { return to_0600 + from + " to 0600"; }
std::string owner_mended(const std::string& from) { return "changed the owner of $K from " + from + " to $S"; }

std::string about(const std::string& what, const std::string& reason) {
  return "$K: found " + what + " (" + reason + "), expected $S 0600";
}

std::vector<PermissionRow> rows_of_modes() {
  return {
      {.name = "0600 is right", .prepare = nothing()},
      {.name = "0400 is right", .prepare = mode(0400)},
      {.name = "0640 lets the group read",
       .prepare = mode(0640),
       .findings = {{readable_by_group, too_open, about("$S 0640", "the group $g can read it")}},
       .mended = mode_mended("0640")},
      {.name = "0644 lets everyone read",
       .prepare = mode(0644),
       .findings = {{readable_by_others, too_open, about("$S 0644", "everyone can read it")}},
       .mended = mode_mended("0644")},
      {.name = "0604 lets everyone but the group read",
       .prepare = mode(0604),
       .findings = {{readable_by_others, too_open, about("$S 0604", "everyone can read it")}},
       .mended = mode_mended("0604")},
      {.name = "0660 lets the group write",
       .prepare = mode(0660),
       .findings = {{writable_by_others, broken, about("$S 0660", "the group $g can write it")},
                    {readable_by_group, too_open, about("$S 0660", "the group $g can read it")}},
       .mended = mode_mended("0660"),
       .mended_broken = mode_mended("0660")},
      {.name = "0666 lets everyone write",
       .prepare = mode(0666),
       .findings = {{writable_by_others, broken, about("$S 0666", "everyone can write it")},
                    {readable_by_others, too_open, about("$S 0666", "everyone can read it")}},
       .mended = mode_mended("0666"),
       .mended_broken = mode_mended("0666")},
      {.name = "0602 lets everyone write without reading",
       .prepare = mode(0602),
       .findings = {{writable_by_others, broken, about("$S 0602", "everyone can write it")}},
       .mended = mode_mended("0602"),
       .mended_broken = mode_mended("0602")},
      {.name = "0700 makes a program of the key",
       .prepare = mode(0700),
       .findings = {{executable, too_open, about("$S 0700", "executable")}},
       .mended = mode_mended("0700")},
      {.name = "0755 is what `install` without -m does",
       .prepare = mode(0755),
       .findings = {{readable_by_others, too_open, about("$S 0755", "everyone can read it")},
                    {executable, too_open, about("$S 0755", "executable")}},
       .mended = mode_mended("0755")},
      {.name = "setuid on the key",
       .prepare = mode(04600),
       .findings = {{special_bits, too_open, about("$S 4600", "setuid")}},
       .mended = mode_mended("4600")},
      {.name = "setgid and sticky on the key",
       .prepare = mode(03600),
       .findings = {{special_bits, too_open, about("$S 3600", "setgid, sticky")}},
       .mended = mode_mended("3600")},
      {.name = "0200 keeps the service from reading its own key",
       .prepare = mode(0200),
       .findings = {{service_cannot_read, broken, about("$S 0200", "$s cannot read it")}},
       .mended = mode_mended("0200"),
       .mended_broken = mode_mended("0200")},
      {.name = "0000 keeps the service from reading its own key",
       .prepare = mode(0),
       .findings = {{service_cannot_read, broken, about("$S 0000", "$s cannot read it")}},
       .mended = mode_mended("0000"),
       .mended_broken = mode_mended("0000")},
      {.name = "0044: the class of the owner decides, not the widest",
       .prepare = mode(0044),
       .findings = {{service_cannot_read, broken, about("$S 0044", "$s cannot read it")},
                    {readable_by_others, too_open, about("$S 0044", "everyone can read it")}},
       .mended = mode_mended("0044"),
       .mended_broken = mode_mended("0044")},
  };
}

std::vector<PermissionRow> rows_of_owners() {
  const std::string both_from_root = owner_mended("root:root");
  return {
      {.name = "root's key, 0600: copied by hand, never given to the service",
       .needs_root = true,
       .prepare = owner("root", 0600),
       .findings = {{service_cannot_read, broken, about("root:root 0600", "$s cannot read it")}},
       .mended = both_from_root,
       .mended_broken = both_from_root},
      {.name = "root's key, 0644: works, for everyone",
       .needs_root = true,
       .prepare = owner("root", 0644),
       .findings = {{wrong_owner, too_open, about("root:root 0644", "owned by root")},
                    {readable_by_others, too_open, about("root:root 0644", "everyone can read it")}},
       .mended = both_from_root + "; " + mode_mended("0644")},
      {.name = "root's key with the service's group, 0640: works",
       .needs_root = true,
       .prepare = owner("root:www-data", 0640),
       .findings = {{wrong_owner, too_open, about("root:$g 0640", "owned by root")},
                    {readable_by_group, too_open, about("root:$g 0640", "the group $g can read it")}},
       .mended = owner_mended("root:$g") + "; " + mode_mended("0640")},
      {.name = "root's key with the service's group, 0600: the group has nothing of it",
       .needs_root = true,
       .prepare = owner("root:www-data", 0600),
       .findings = {{service_cannot_read, broken, about("root:$g 0600", "$s cannot read it")}},
       .mended = owner_mended("root:$g"),
       .mended_broken = owner_mended("root:$g")},
      {.name = "a stranger's key, 0600",
       .needs_root = true,
       .prepare = owner("games", 0600),
       .findings = {{wrong_owner, broken, about("games:games 0600", "games can change it")},
                    {service_cannot_read, broken, about("games:games 0600", "$s cannot read it")}},
       .mended = owner_mended("games:games"),
       .mended_broken = owner_mended("games:games")},
      {.name = "a stranger's key, 0644: works, until the stranger changes it",
       .needs_root = true,
       .prepare = owner("games", 0644),
       .findings = {{wrong_owner, broken, about("games:games 0644", "games can change it")},
                    {readable_by_others, too_open, about("games:games 0644", "everyone can read it")}},
       .mended = owner_mended("games:games") + "; " + mode_mended("0644"),
       .mended_broken = owner_mended("games:games") + "; " + mode_mended("0644")},
      {.name = "a stranger's key, 4755",
       .needs_root = true,
       .prepare = owner("games", 04755),
       .findings = {{wrong_owner, broken, about("games:games 4755", "games can change it")},
                    {readable_by_others, too_open, about("games:games 4755", "everyone can read it")},
                    {executable, too_open, about("games:games 4755", "executable")},
                    {special_bits, too_open, about("games:games 4755", "setuid")}},
       .mended = owner_mended("games:games") + "; " + mode_mended("4755"),
       .mended_broken = owner_mended("games:games") + "; " + mode_mended("4755")},
      {.name = "the service's key with another group, 0600: the group has nothing of it",
       .needs_root = true,
       .prepare = owner("www-data:games", 0600)},
      {.name = "the service's key with another group, 0640",
       .needs_root = true,
       .prepare = owner("www-data:games", 0640),
       .findings = {{readable_by_group, too_open, about("$s:games 0640", "the group games can read it")}},
       .mended = owner_mended("$s:games") + "; " + mode_mended("0640")},
  };
}

std::vector<PermissionRow> rows_of_types() {
  const auto refused = [](const std::string& what, const std::string& expected) {
    return "refused: $K: found " + what + ", expected " + expected;
  };
  const auto type_row = [&](std::string name, Prepare prepare, const std::string& what) {
    return PermissionRow{.name = std::move(name),
                         .prepare = std::move(prepare),
                         .findings = {{not_regular, broken, "$K: found " + what + ", expected a regular file"}},
                         .mended = refused(what, "a regular file"),
                         .mended_broken = refused(what, "a regular file")};
  };
  auto device = type_row("a device", instead([](const Path& path) {
                           must(mknod(path.c_str(), S_IFCHR | 0600, makedev(1, 3)) == 0, "mknod");
                         }),
                         "a device");
  device.needs_root = true;
  return {
      {.name = "no key",
       .prepare = instead([](const Path&) {}),
       .findings = {{missing, note, "$K: found no file, expected $S 0600"}}},
      {.name = "no directory",
       .prepare = [](const Place& place) { boost::filesystem::remove_all(place.directory); },
       .findings = {{missing, note, "$K: found no file, expected $S 0600"}}},
      {.name = "a second name (hard link) elsewhere",
       .prepare = [](const Place& place) { boost::filesystem::create_hard_link(place.key, place.base / "other"); },
       .findings = {{several_names, broken, "$K: found 2 names (hard links), expected one name"}},
       .mended = refused("2 names (hard links)", "one name"),
       .mended_broken = refused("2 names (hard links)", "one name")},
      type_row(
          "a link to the key",
          [](const Place& place) {
            boost::filesystem::rename(place.key, place.base / "shared");
            boost::filesystem::create_symlink(place.base / "shared", place.key);
          },
          "a symbolic link"),
      type_row("a link to nowhere",
               instead([](const Path& path) { boost::filesystem::create_symlink("/nowhere", path); }),
               "a symbolic link"),
      type_row("a FIFO", instead([](const Path& path) { must(mkfifo(path.c_str(), 0600) == 0, "mkfifo"); }), "a FIFO"),
      type_row("a directory", instead([](const Path& path) { boost::filesystem::create_directory(path); }),
               "a directory"),
      type_row("a socket", instead(make_socket), "a socket"),
      device,
      {.name = "an empty file",
       .prepare = size(0),
       .findings = {{wrong_size, note, "$K: found 0 bytes, expected 24 bytes"}}},
      {.name = "23 bytes",
       .prepare = size(23),
       .findings = {{wrong_size, note, "$K: found 23 bytes, expected 24 bytes"}}},
      {.name = "32 bytes of base64",
       .prepare = size(32),
       .findings = {{wrong_size, note, "$K: found 32 bytes, expected 24 bytes"}}},
      {.name = "a copy beside it that everyone can read",
       .prepare =
           [](const Place& place) {
             fill(place.directory / "gen.key.bak", 24);
             set_mode(place.directory / "gen.key.bak", 0644);
             set_owner(place.directory / "gen.key.bak", platform::current_account().name);
           },
       .findings = {{stray_copy, too_open,
                     "$D/gen.key.bak: found $C 0644 (by its name a copy of the key), expected no copy of $K"}}},
      {.name = "a copy beside it that only its owner can read",
       .prepare =
           [](const Place& place) {
             fill(place.directory / ".gen.key.swp", 24);
             set_mode(place.directory / ".gen.key.swp", 0600);
           },
       .findings = {{stray_copy, note,
                     "$D/.gen.key.swp: found $C 0600 (by its name a copy of the key), expected no copy of $K"}}},
  };
}

std::string directory_text(const std::string& path, const std::string& what, const std::string& reason,
                           const std::string& expected) {
  return path + ": found " + what + " (" + reason + "), expected a directory " + expected;
}

std::vector<PermissionRow> rows_of_directories() {
  const std::string writers = "that only root or $s can write";
  return {
      {.name = "a directory that can be searched, not listed", .prepare = directory_mode(0711)},
      {.name = "a directory that the service cannot search",
       .needs_root = true,
       .prepare = directory_mode(0700),
       .findings = {{service_cannot_read, broken,
                     directory_text("$D", "root:root 0700", "$s cannot search it", "that $s can search")}}},
      {.name = "a directory above that the service cannot search",
       .needs_root = true,
       .prepare = [](const Place& place) { set_mode(place.base, 0750); },
       .findings = {{service_cannot_read, broken,
                     directory_text("$B", "root:root 0750", "$s cannot search it", "that $s can search")}}},
      {.name = "a directory of the service's group that it can search",
       .needs_root = true,
       .prepare = directory_owner_and_mode("root:www-data", 0750)},
      {.name = "a directory that everyone can write",
       .prepare = directory_mode(0777),
       .findings = {{directory_writable, broken,
                     directory_text("$D", "$C 0777", "everyone can swap the key", writers)}}},
      {.name = "a sticky directory that everyone can write", .prepare = directory_mode(01777)},
      {.name = "a directory above that everyone can write",
       .prepare = [](const Place& place) { set_mode(place.base, 0777); },
       .findings = {{directory_writable, broken,
                     directory_text("$B", "$C 0777", "everyone can swap the key", writers)}}},
      {.name = "a directory above that is sticky", .prepare = [](const Place& place) { set_mode(place.base, 01777); }},
      {.name = "a directory that the service's group can write",
       .needs_root = true,
       .prepare = directory_owner_and_mode("root:www-data", 0775)},
      {.name = "a directory that root's group can write", .needs_root = true, .prepare = directory_mode(0775)},
      {.name = "a directory that another group can write",
       .needs_root = true,
       .prepare = directory_owner_and_mode("root:games", 0775),
       .findings = {{directory_writable, broken,
                     directory_text("$D", "root:games 0775", "the group games can swap the key", writers)}}},
      {.name = "a sticky directory that another group can write",
       .needs_root = true,
       .prepare = directory_owner_and_mode("root:games", 01775)},
      {.name = "a directory of the service's own",
       .needs_root = true,
       .prepare = directory_owner_and_mode("www-data", 0700)},
      {.name = "a stranger's directory",
       .needs_root = true,
       .prepare = directory_owner_and_mode("games", 0755),
       .findings = {{directory_owner, broken,
                     directory_text("$D", "games:games 0755", "its owner can swap the key", "owned by root or $s")}}},
      {.name = "a stranger's sticky directory: its owner may remove what is in it",
       .needs_root = true,
       .prepare = directory_owner_and_mode("games", 01777),
       .findings = {{directory_owner, broken,
                     directory_text("$D", "games:games 1777", "its owner can swap the key", "owned by root or $s")}}},
      {.name = "an open file in an open directory: mending the file leaves the directory alone",
       .prepare =
           [](const Place& place) {
             set_mode(place.directory, 0777);
             set_mode(place.key, 0644);
           },
       .findings = {{directory_writable, broken, directory_text("$D", "$C 0777", "everyone can swap the key", writers)},
                    {readable_by_others, too_open, about("$S 0644", "everyone can read it")}},
       .mended = mode_mended("0644")},
      {.name = "a link of root's on the way",
       .needs_root = true,
       .prepare = [](const Place& place) { replace_directory_by_link(place, "root"); },
       .findings = {{link_in_path, note, "$D: found a link of root, expected a directory"}}},
      {.name = "a link of a stranger's on the way",
       .needs_root = true,
       .prepare = [](const Place& place) { replace_directory_by_link(place, "games"); },
       .findings = {{link_in_path, broken,
                     "$D: found a link of games that somebody else could have made, expected a directory, or a link "
                     "that only root can change"}}},
      {.name = "a directory that is swapped between the audit and the mending",
       .prepare = mode(0644),
       .findings = {{readable_by_others, too_open, about("$S 0644", "everyone can read it")}},
       .mended = "refused: $K was swapped for another file just now; nothing was changed",
       .meanwhile = swap_directory},
      {.name = "a file that gets a second name between the audit and the mending",
       .prepare = mode(0666),
       .findings = {{writable_by_others, broken, about("$S 0666", "everyone can write it")},
                    {readable_by_others, too_open, about("$S 0666", "everyone can read it")}},
       .mended = "refused: $K was swapped for another file just now; nothing was changed",
       .mended_broken = "refused: $K was swapped for another file just now; nothing was changed",
       .meanwhile = [](const Place& place) { boost::filesystem::create_hard_link(place.key, place.base / "other"); }},
  };
}

std::vector<PermissionRow> rows_of_access_lists() {
  const auto list = [](const std::string& deed) {
    return "$K: found an access control list that lets the user games " + deed + " it, expected $S 0600";
  };
  const std::string removed = "removed the access control list of $K";
  return {
      {.name = "an access control list that lets a stranger read",
       .prepare = [](const Place& place) { grant(place.key, "games", 4, 4); },
       .findings = {{extended_acl, too_open, list("read")}},
       .mended = mode_mended("0640") + "; " + removed},
      {.name = "an access control list that lets a stranger write",
       .prepare = [](const Place& place) { grant(place.key, "games", 6, 6); },
       .findings = {{extended_acl, broken, list("read and write")}},
       .mended = mode_mended("0660") + "; " + removed,
       .mended_broken = mode_mended("0660") + "; " + removed},
      {.name = "an access control list whose mask leaves a stranger nothing",
       .prepare = [](const Place& place) { grant(place.key, "games", 6, 0); }},
      {.name = "root's key that an access control list lets the service read",
       .needs_root = true,
       .prepare =
           [](const Place& place) {
             set_owner(place.key, "root");
             grant(place.key, "www-data", 4, 4);
           },
       .findings = {{wrong_owner, too_open, about("root:root 0640", "owned by root")}},
       .mended = owner_mended("root:root") + "; " + mode_mended("0640") + "; " + removed},
      {.name = "a directory that an access control list lets a stranger write",
       .needs_root = true,
       .prepare = [](const Place& place) { grant(place.directory, "games", 7, 7); },
       .findings = {{directory_writable, broken,
                     directory_text("$D", "root:root 0770", "the user games can swap the key",
                                    "that only root or $s can write")},
                    {service_cannot_read, broken,
                     directory_text("$D", "root:root 0770", "$s cannot search it", "that $s can search")}}},
      {.name = "root's directory that an access control list lets the service search",
       .needs_root = true,
       .prepare = [](const Place& place) { grant(place.directory, "www-data", 1, 1); }},
  };
}

}  // namespace

std::vector<PermissionRow> permission_rows() {
  std::vector<PermissionRow> rows;
  for (auto part : {rows_of_modes, rows_of_owners, rows_of_types, rows_of_directories, rows_of_access_lists}) {
    for (PermissionRow& row : part()) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tests
