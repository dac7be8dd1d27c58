// SPDX-License-Identifier: ISC
// The parts of the audit that a disk at hand cannot show: mounts, blocked paths, other candidates, commands
// for people.
#include "platform/audit/audit.h"

#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "platform/audit/posix/key_file_rules.h"
#include "platform/audit/posix/key_path_facts.h"
#include "platform/audit/posix/own_file_rules.h"
#include "platform/audit/repair.h"
#include "platform/base/shell_word.h"
#include "platform/files/mounts.h"
#include "platform/files/posix/access_list.h"
#include "platform/files/posix/mounts.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::Account;
using platform::FileFacts;
using platform::FileType;
using platform::Finding;
using platform::FindingKind;
using platform::KeyPathFacts;
using platform::Onlookers;
using platform::Severity;
using platform::posix::Storage;

const Account service{.name = "mongodb-mms", .uid = 998, .gid = 997, .home = "/opt/mongodb/mms"};
const Onlookers onlookers{.service = service, .service_groups = platform::Groups({997, 44}), .caller = 0};

FileFacts key_facts() {
  return {.type = FileType::regular, .mode = 0600, .uid = 998, .gid = 997, .links = 1, .size = 24};
}

KeyPathFacts right_key() {
  return {.key_file = "/etc/mongodb-mms/gen.key",
          .above = {{"/", {.type = FileType::directory, .mode = 0755}},
                    {"/etc", {.type = FileType::directory, .mode = 0755}},
                    {"/etc/mongodb-mms", {.type = FileType::directory, .mode = 0755}}},
          .file = key_facts()};
}

std::vector<std::string> texts(const platform::KeyFileAudit& audit) {
  std::vector<std::string> all;
  for (const Finding& finding : audit.findings) all.push_back(describe(finding));
  return all;
}

TEST_CASE("a key that is as it should be has no findings") {
  const auto audit = check_key_file(right_key(), onlookers);
  CHECK(audit.findings.empty());
  CHECK((audit.worst() == Severity::note));
  CHECK_FALSE(audit.network_mount);
}

TEST_CASE("a key on a network mount is told, with the mount that the record will remember") {
  KeyPathFacts facts = right_key();
  facts.storage = Storage::network;
  facts.file_system = "nfs4";
  facts.mount_point = "/etc/mongodb-mms";
  const auto audit = check_key_file(facts, onlookers);
  CHECK(texts(audit) ==
        std::vector<std::string>{"/etc/mongodb-mms/gen.key: found nfs4 mounted on /etc/mongodb-mms (a "
                                 "single point of failure), expected a file system of this host's own"});
  CHECK((audit.worst() == Severity::note));
  CHECK(audit.network_mount == "/etc/mongodb-mms");
}

TEST_CASE("a key in memory is told") {
  KeyPathFacts facts = right_key();
  facts.storage = Storage::memory;
  facts.file_system = "tmpfs";
  facts.mount_point = "/run";
  CHECK(texts(check_key_file(facts, onlookers)) ==
        std::vector<std::string>{"/etc/mongodb-mms/gen.key: found tmpfs mounted on /run (gone after the next boot), "
                                 "expected a file system on a disk"});
}

TEST_CASE("an immutable key is told, because it cannot be replaced or repaired") {
  KeyPathFacts facts = right_key();
  facts.immutable = true;
  const auto audit = check_key_file(facts, onlookers);
  REQUIRE(audit.findings.size() == 1);
  CHECK((audit.worst() == Severity::note));
  CHECK(describe(audit.findings[0]) ==
        "/etc/mongodb-mms/gen.key: found an immutable or append-only file (chattr), "
        "expected a file that can be replaced");
}

TEST_CASE("a second candidate is told under its own path") {
  KeyPathFacts facts = right_key();
  facts.other_candidates = {"/root/.mongodb-mms/gen.key"};
  CHECK(texts(check_key_file(facts, onlookers)) ==
        std::vector<std::string>{"/root/.mongodb-mms/gen.key: found another file that Ops Manager could take for the "
                                 "key, expected only /etc/mongodb-mms/gen.key"});
}

TEST_CASE("a path that cannot be examined is never taken for a missing key") {
  KeyPathFacts facts = right_key();
  facts.file.reset();
  facts.blocked =
      platform::Error{platform::ErrorKind::io, "cannot examine /etc/mongodb-mms/gen.key: Input/output error"};
  const auto audit = check_key_file(facts, onlookers);
  REQUIRE(audit.findings.size() == 1);
  CHECK((audit.findings[0].kind == FindingKind::service_cannot_read));
  CHECK((audit.worst() == Severity::broken));
  CHECK(describe(audit.findings[0]).find("Input/output error") != std::string::npos);
}

TEST_CASE("the service reads by any of its groups") {
  KeyPathFacts facts = right_key();
  facts.file->uid = 0;
  facts.file->gid = 44;
  facts.file->mode = 0640;
  for (const Finding& finding : check_key_file(facts, onlookers).findings) {
    CHECK((finding.kind != FindingKind::service_cannot_read));
  }
}

TEST_CASE("the service's groups are looked up when something depends on them, and once") {
  int looks = 0;
  const Onlookers asking{.service = service,
                         .service_groups = platform::Groups([&looks] {
                           ++looks;
                           return std::vector<platform::GroupId>{997, 44};
                         }),
                         .caller = 0};
  CHECK(check_key_file(right_key(), asking).findings.empty());
  CHECK(looks == 0);
  KeyPathFacts facts = right_key();
  for (auto& step : facts.above) step.facts.mode = 0750;
  check_key_file(facts, asking);
  CHECK(looks == 1);
}

TEST_CASE("an ordinary user who runs the program is trusted with directories of his own") {
  KeyPathFacts facts = right_key();
  facts.above.back().facts.uid = 1000;
  CHECK((check_key_file(facts, onlookers).worst() == Severity::broken));
  Onlookers as_user = onlookers;
  as_user.caller = 1000;
  CHECK(check_key_file(facts, as_user).findings.empty());
}

Finding finding(FindingKind kind, FileType type = FileType::regular, const char* path = "/etc/mongodb-mms/gen.key") {
  return {.kind = kind,
          .severity = Severity::broken,
          .path = path,
          .expected = "",
          .found = "",
          .belongs_to = 4711,
          .type = type};
}

TEST_CASE("the repair command is what this user would type") {
  const std::string sudo = platform::running_as_root() ? "" : "sudo ";
  const auto command = [&](const Finding& about) { return repair_command(about, service).value_or("nothing"); };
  const std::string both =
      sudo + "chown " + service.owner() + " /etc/mongodb-mms/gen.key && " + sudo + "chmod 600 /etc/mongodb-mms/gen.key";
  CHECK(command(finding(FindingKind::wrong_owner)) == both);
  CHECK(command(finding(FindingKind::service_cannot_read)) == both);
  CHECK(command(finding(FindingKind::readable_by_group)) == sudo + "chmod 600 /etc/mongodb-mms/gen.key");
  CHECK(command(finding(FindingKind::immutable)) == sudo + "chattr -ia /etc/mongodb-mms/gen.key");
  Finding frozen = finding(FindingKind::readable_by_group);
  frozen.frozen = true;
  CHECK(command(frozen) ==
        sudo + "chattr -ia /etc/mongodb-mms/gen.key && " + sudo + "chmod 600 /etc/mongodb-mms/gen.key");
  CHECK(command(finding(FindingKind::directory_writable, FileType::directory, "/srv/our keys")) ==
        sudo + "chmod go-w '/srv/our keys'");
  CHECK(command(finding(FindingKind::service_cannot_read, FileType::directory, "/srv/it's")) ==
        sudo + "chmod a+x '/srv/it'\\''s'");
  CHECK(command(finding(FindingKind::directory_owner, FileType::directory, "/srv/keys")) ==
        sudo + "chown root /srv/keys");
  CHECK(command(finding(FindingKind::several_names)) == sudo + "find / -samefile /etc/mongodb-mms/gen.key");
  Finding twice = finding(FindingKind::several_names);
  twice.second_name = "/etc/mongodb-mms/second name";
  CHECK(command(twice) == sudo + "rm '/etc/mongodb-mms/second name'");
  CHECK(platform::removing_command(finding(FindingKind::stray_copy)) == sudo + "rm /etc/mongodb-mms/gen.key");
  CHECK(command(finding(FindingKind::stray_copy)) == "nothing");

  Finding own = finding(FindingKind::readable_by_others);
  own.belongs_to = geteuid();
  CHECK(command(own) == "chmod 600 /etc/mongodb-mms/gen.key");
}

TEST_CASE("a path in a command survives any shell") {
  CHECK(platform::shell_quoted("/etc/gen.key") == "/etc/gen.key");
  CHECK(platform::shell_quoted("") == "''");
  CHECK(platform::shell_quoted("/a b") == "'/a b'");
  CHECK(platform::shell_quoted("$(reboot)`reboot`") == "'$(reboot)`reboot`'");
  CHECK(platform::shell_quoted("it's") == "'it'\\''s'");
  CHECK(platform::shell_quoted("~root") == "'~root'");
}

TEST_CASE("the deepest and latest mount holds a path") {
  const std::string table =
      "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
      "not a line of a mount table\n"
      "30 22 0:40 / /mnt rw - tmpfs tmpfs rw\n"
      "31 30 0:41 / /mnt/key\\040share rw,nosuid shared:7 master:3 - nfs4 server:/keys rw\n"
      "32 22 0:42 / /srv rw - autofs systemd-1 rw\n"
      "33 32 0:43 / /srv rw - fuse.sshfs om1:/ rw\n"
      "34 22 254:1 / /failed ro,relatime shared:8 - ext4 /dev/vdb ro,errors=remount-ro\n"
      "35 22 254:0 /lib /sandboxed ro - ext4 /dev/vda rw\n";
  const auto holding = [&](const char* path) {
    std::istringstream lines(table);
    return platform::posix::mount_holding(lines, path).value();
  };
  CHECK(holding("/etc/mongodb-mms/gen.key").point == "/");
  CHECK(holding("/mnt/gen.key").file_system == "tmpfs");
  CHECK(holding("/mnt2/gen.key").point == "/");
  CHECK(holding("/mnt/key share/gen.key").point == "/mnt/key share");
  CHECK(holding("/mnt/key share").file_system == "nfs4");
  CHECK(holding("/srv/gen.key").file_system == "fuse.sshfs");
  CHECK(holding("/mnt/key share/gen.key").source == "server:/keys");
  CHECK_FALSE(holding("/etc").read_only);
  CHECK(holding("/failed/state").read_only);
  CHECK_FALSE(holding("/sandboxed/state").read_only);
  std::istringstream nothing;
  CHECK_FALSE(platform::posix::mount_holding(nothing, "/etc"));
}

TEST_CASE("a mount that fstab plans for a path is found, and comments and other mounts are not") {
  const std::string table =
      "# nfs:/old /mnt/keys nfs defaults 0 0\n"
      "UUID=1-2 / ext4 errors=remount-ro 0 1\n"
      "\n"
      "nas:/export\t/mnt/key\\040share\tnfs4\tdefaults,_netdev\t0 0\n";
  const auto planned = [&](const char* path) {
    std::istringstream lines(table);
    return platform::posix::mount_planned(lines, path).value();
  };
  CHECK(planned("/mnt/keys/backups").file_system == "ext4");
  CHECK(planned("/mnt/key share/backups").file_system == "nfs4");
  CHECK(planned("/mnt/key share/backups").point == "/mnt/key share");
  CHECK(planned("/mnt/key share/backups").source == "nas:/export");
}

TEST_CASE("network and memory file systems are known by their types") {
  for (const char* type : {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.glusterfs", "fuse", "ceph", "9p"}) {
    CAPTURE(type);
    CHECK((platform::posix::storage_of(type) == Storage::network));
  }
  for (const char* type : {"tmpfs", "ramfs"}) CHECK((platform::posix::storage_of(type) == Storage::memory));
  for (const char* type : {"ext4", "xfs", "btrfs", "zfs", "overlay", "fuseblk", "fusectl"}) {
    CAPTURE(type);
    CHECK((platform::posix::storage_of(type) == Storage::local));
  }
}

TEST_CASE("this host's own mounts are told apart") {
  CHECK(platform::is_mounted("/proc").value());
  CHECK_FALSE(platform::is_mounted("/proc/self").value());
  CHECK_FALSE(platform::is_mounted("/nowhere/at/all").value());
  CHECK_FALSE(platform::network_mount_of("/proc/self/status").value());
  CHECK_FALSE(platform::read_only_mount_of("/proc/self/status").value());
  CHECK_FALSE(platform::read_only_mount_of("/nowhere/at/all").value());
}

TEST_CASE("what is said to be plainly local is so by the mount table too, and the rest is left to that") {
  using platform::posix::is_plainly_local;
  CHECK_FALSE(is_plainly_local("/proc"));
  CHECK_FALSE(is_plainly_local("/dev/shm"));
  CHECK_FALSE(is_plainly_local("/nowhere/at/all"));
  const std::string type = platform::posix::mount_holding("/").value()->file_system;
  CHECK(is_plainly_local("/") ==
        (type == "ext4" || type == "ext3" || type == "ext2" || type == "xfs" || type == "btrfs"));
}

TEST_CASE("an attribute that is no access control list is not misread as one") {
  const auto decode = [](std::vector<unsigned char> bytes) {
    return platform::decode_access_list(std::as_bytes(std::span(bytes)));
  };
  CHECK_FALSE(decode({}));
  CHECK_FALSE(decode({2, 0, 0}));
  CHECK_FALSE(decode({1, 0, 0, 0}));
  CHECK_FALSE(decode({2, 0, 0, 0, 1, 0, 6}));
  CHECK_FALSE(decode({2, 0, 0, 0, 3, 0, 6, 0, 0, 0, 0, 0}));
  const auto one = decode({2, 0, 0, 0, 2, 0, 5, 0, 0x39, 0x30, 0, 0});
  REQUIRE(one);
  CHECK(*one == platform::AccessList{{platform::AccessEntry::Kind::user, 12345, 5}});
}

TEST_CASE("the agent's own files are checked by their owner and most open mode") {
  const auto checked = [](std::uint32_t most_open, FileFacts facts) {
    std::vector<std::string> all;
    for (const Finding& about : check_own_file({.path = "/state/record", .uid = 0, .most_open = most_open}, facts)) {
      all.push_back(describe(about));
    }
    return all;
  };
  using Texts = std::vector<std::string>;
  CHECK(checked(0640, {.mode = 0640}).empty());
  CHECK(checked(0640, {.mode = 0400}).empty());
  CHECK(checked(0600, {.mode = 0640}) ==
        Texts{"/state/record: found root:root 0640 (the group root can read it), expected root 0600 or less"});
  CHECK(checked(0640, {.mode = 0664}) ==
        Texts{"/state/record: found root:root 0664 (others can write it), expected root 0640 or less",
              "/state/record: found root:root 0664 (everyone can read it), expected root 0640 or less"});
  CHECK(checked(0600, {.mode = 0600, .uid = 4711, .gid = 4712}) ==
        Texts{"/state/record: found 4711:4712 0600 (owned by 4711), expected root 0600 or less"});
  CHECK(checked(0600, {.type = FileType::symlink, .mode = 0777}) ==
        Texts{"/state/record: found root:root 0777 (a symbolic link), expected root 0600 or less"});
  CHECK(checked(0700, {.type = FileType::directory, .mode = 0711}) ==
        Texts{"/state/record: found root:root 0711 (others can search it), expected root 0700 or less"});
  CHECK(checked(0750, {.type = FileType::directory, .mode = 02750}).empty());
}

TEST_CASE("copies that people forgot in home directories and /tmp are found") {
  const tests::TemporaryDirectory root;
  for (const char* directory : {"tmp", "var/tmp", "root", "home/alice", "home/bob", "etc/mongodb-mms"}) {
    boost::filesystem::create_directories(root.path() / directory);
  }
  const auto put = [&](const char* path, mode_t mode) {
    std::ofstream((root.path() / path).string()) << std::string(24, 'k');
    REQUIRE(chmod((root.path() / path).c_str(), mode) == 0);
  };
  put("etc/mongodb-mms/gen.key", 0600);
  put("tmp/gen.key", 0644);
  put("home/bob/gen.key.5.x.preserve", 0600);
  put("home/alice/notes", 0644);
  const auto found = platform::find_forgotten_copies(root.path() / "etc/mongodb-mms/gen.key", root.path());
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == root.path() / "tmp/gen.key");
  CHECK((found[0].severity == Severity::too_open));
  CHECK(found[1].path == root.path() / "home/bob/gen.key.5.x.preserve");
  CHECK((found[1].severity == Severity::note));
}

}  // namespace
