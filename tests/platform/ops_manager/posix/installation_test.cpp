// SPDX-License-Identifier: ISC
// Finding the installation, in file systems of the test's own.
#include "platform/ops_manager/installation.h"

#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "platform/files/file.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::Account;
using platform::ErrorKind;
using platform::find_account;
using platform::find_installation;
using platform::Layout;
using platform::Path;

// Debian's, Ubuntu's and Red Hat's base systems all have it; its home is not any test's.
constexpr const char* user = "games";

class Root {
 public:
  // The account of the service sources what is in here.
  Root() { REQUIRE(chmod(path().c_str(), 0755) == 0); }

  [[nodiscard]] const Path& path() const { return directory_.path(); }
  [[nodiscard]] Path at(const Path& path) const { return directory_.path() / path.relative_path(); }

  void write(const Path& path, const std::string& text) const {
    boost::filesystem::create_directories(at(path).parent_path());
    std::ofstream(at(path).string(), std::ios::binary) << text;
  }
  void make_directory(const Path& path) const { boost::filesystem::create_directories(at(path)); }

 private:
  tests::TemporaryDirectory directory_;
};

Account account(const std::string& name = user) { return find_account(name).value(); }

Path home_key() { return account().home / ".mongodb-mms/gen.key"; }

void make_package(const Root& root, const std::string& conf = "") {
  root.make_directory("/etc/mongodb-mms");
  root.write("/opt/mongodb/mms/conf/mms.conf", conf);
}

TEST_CASE("an installation of Windows is not looked for elsewhere") {
  const auto found = find_installation({.layout = Layout::windows});
  REQUIRE_FALSE(found);
  CHECK((found.error().kind == ErrorKind::usage));
}

TEST_CASE("a package is found by its directory, with the packaged key path and account") {
  const Root root;
  make_package(root);
  const auto found = find_installation({.owner = user, .root = root.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::package));
  CHECK(found->install_path == root.at("/opt/mongodb/mms"));
  CHECK(found->key_file == root.at("/etc/mongodb-mms/gen.key"));
  CHECK(found->service == account());
  CHECK(found->other_candidates.empty());
}

TEST_CASE("a package whose account is not there yet is not installed yet") {
  if (find_account("mongodb-mms")) {
    MESSAGE("left out where Ops Manager is installed");
    return;
  }
  const Root root;
  make_package(root);
  const auto found = find_installation({.root = root.path()});
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::not_installed);
  CHECK(found.error().message == "there is no account \"mongodb-mms\" on this host");
}

TEST_CASE("a host without Ops Manager is told so") {
  if (find_account("mongodb-mms")) {
    MESSAGE("left out where Ops Manager is installed");
    return;
  }
  const Root root;
  const auto found = find_installation({.root = root.path()});
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::not_installed);
  CHECK(found.error().message == "Ops Manager is not installed here: there is neither " +
                                     root.at("/opt/mongodb/mms").string() +
                                     " nor an account \"mongodb-mms\"; an installation from an archive needs its path");
}

TEST_CASE("a package without the directory of the key is not installed yet, and nothing is made there") {
  const Root root;
  root.write("/opt/mongodb/mms/conf/mms.conf", "");
  const auto found = find_installation({.owner = user, .root = root.path()});
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::not_installed);
  CHECK_FALSE(boost::filesystem::exists(root.at("/etc")));
}

TEST_CASE("ENC_KEY_PATH and MMS_USER of a package are honoured") {
  const Root root;
  make_package(root, "ENC_KEY_PATH=/srv/keys/gen.key\nMMS_USER=" + std::string(user) + "\n");
  const auto found = find_installation({.root = root.path()});
  REQUIRE(found);
  CHECK(found->key_file == root.at("/srv/keys/gen.key"));
  CHECK(found->service == account());
}

TEST_CASE("a key at the place that the package would use otherwise is reported") {
  const Root root;
  make_package(root, "ENC_KEY_PATH=/srv/keys/gen.key\n");
  root.write("/etc/mongodb-mms/gen.key", std::string(24, 'k'));
  root.write(home_key(), std::string(24, 'k'));
  const auto found = find_installation({.owner = user, .root = root.path()});
  REQUIRE(found);
  CHECK(found->other_candidates == std::vector<Path>{root.at("/etc/mongodb-mms/gen.key"), root.at(home_key())});
}

TEST_CASE("the key of an archive's installation is in the home of MMS_USER, not of the caller") {
  const Root root;
  root.write("/opt/om/conf/mms.conf",
             "ENC_KEY_PATH=${HOME}/.mongodb-mms/gen.key\nMMS_USER=" + std::string(user) + "\n");
  const auto found = find_installation({.install_path = root.at("/opt/om"), .root = root.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::tar));
  CHECK(found->install_path == root.at("/opt/om"));
  CHECK(found->service == account());
  CHECK(found->key_file == root.at(home_key()));
}

TEST_CASE("without MMS_USER an archive's installation belongs to the owner of its directory") {
  const Root root;
  root.write("/opt/om/conf/mms.conf", "MMS_USER=\n");
  if (platform::running_as_root()) {
    REQUIRE(chown(root.at("/opt/om").c_str(), account().uid, account().gid) == 0);
    boost::filesystem::create_symlink(root.at("/opt/om"), root.at("/opt/current"));
  } else {
    MESSAGE("left out without root: another owner than the caller");
    boost::filesystem::create_symlink(root.at("/opt/om"), root.at("/opt/current"));
  }
  const Account expected = platform::running_as_root() ? account() : platform::current_account();
  for (const char* path : {"/opt/om", "/opt/current"}) {
    const auto found = find_installation({.install_path = root.at(path), .root = root.path()});
    REQUIRE(found);
    CHECK(found->service == expected);
    CHECK(found->key_file == root.at(expected.home / ".mongodb-mms/gen.key"));
  }
}

TEST_CASE("keys that mms-gen-key or root's shell left elsewhere are reported for an archive's installation") {
  const Root root;
  root.write("/opt/om/conf/mms.conf", "MMS_USER=" + std::string(user) + "\n");
  root.write("/etc/mongodb-mms/gen.key", std::string(24, 'k'));
  const Path roots = account("root").home / ".mongodb-mms/gen.key";
  root.write(roots, std::string(24, 'k'));
  const auto found = find_installation({.install_path = root.at("/opt/om"), .root = root.path()});
  REQUIRE(found);
  CHECK(found->key_file == root.at(home_key()));
  CHECK(found->other_candidates == std::vector<Path>{root.at("/etc/mongodb-mms/gen.key"), root.at(roots)});
}

TEST_CASE("an archive's directory that holds no Ops Manager is not taken for one") {
  const Root root;
  root.make_directory("/opt/om");
  const auto found = find_installation({.install_path = root.at("/opt/om"), .owner = user, .root = root.path()});
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == ErrorKind::not_installed);
  CHECK(found.error().message == "Ops Manager is not installed in " + root.at("/opt/om").string() + ": there is no " +
                                     root.at("/opt/om/conf/mms.conf").string());
}

TEST_CASE("an MMS_USER that is no account is named") {
  const Root root;
  root.write("/opt/om/conf/mms.conf", "MMS_USER=nobody-of-that-name\n");
  const auto found = find_installation({.install_path = root.at("/opt/om"), .root = root.path()});
  REQUIRE(found);
  REQUIRE(found->key_file_unknown);
  CHECK(found->key_file.empty());
  CHECK(found->key_file_unknown->kind == ErrorKind::configuration);
  CHECK(found->key_file_unknown->message ==
        root.at("/opt/om/conf/mms.conf").string() +
            ": MMS_USER is nobody-of-that-name: there is no account \"nobody-of-that-name\" on this host");
}

TEST_CASE("an mms.conf that comes to no path leaves the key file unknown, with the reason, unless it is named") {
  const Root root;
  make_package(root, "\nENC_KEY_PATH=$(cat /etc/no-such-file)\n");
  const auto unknown = find_installation({.owner = user, .root = root.path()});
  REQUIRE(unknown);
  CHECK(unknown->key_file.empty());
  CHECK(unknown->service == account());
  REQUIRE(unknown->key_file_unknown);
  CHECK(unknown->key_file_unknown->kind == ErrorKind::configuration);
  CHECK(unknown->key_file_unknown->message == root.at("/opt/mongodb/mms/conf/mms.conf").string() +
                                                  ": ENC_KEY_PATH is empty; expected the path of the key file");

  const auto named = find_installation(
      {.layout = Layout::package, .key_file = root.at("/srv/gen.key"), .owner = user, .root = root.path()});
  REQUIRE(named);
  CHECK(named->key_file == root.at("/srv/gen.key"));
  CHECK_FALSE(named->key_file_unknown);
}

TEST_CASE("where the key file is named no shell is started") {
  const Root root;
  make_package(root, "sleep 1000\n");
  const auto named = find_installation(
      {.layout = Layout::package, .key_file = root.at("/srv/gen.key"), .owner = user, .root = root.path()});
  REQUIRE(named);
  CHECK(named->key_file == root.at("/srv/gen.key"));
}

TEST_CASE("mms.conf is sourced as the account that it names, with its home") {
  if (!platform::running_as_root()) {
    MESSAGE("left out without root: another account than the caller");
    return;
  }
  const Root root;
  root.write("/opt/om/conf/mms.conf",
             "MMS_USER=" + std::string(user) + "\nENC_KEY_PATH=${HOME}/of/$(id -un)/gen.key\n");
  const auto found = find_installation({.install_path = root.at("/opt/om"), .root = root.path()});
  REQUIRE(found);
  CHECK(found->service == account());
  CHECK(found->key_file == root.at(account().home / "of" / user / "gen.key"));

  root.write("/opt/om/conf/mms.conf", "[ $(id -u) = 0 ] && MMS_USER=games || MMS_USER=daemon\n");
  const auto moving = find_installation({.install_path = root.at("/opt/om"), .root = root.path()});
  REQUIRE(moving);
  REQUIRE(moving->key_file_unknown);
  CHECK(moving->key_file_unknown->message.ends_with(
      "MMS_USER is games and then daemon, depending on who sources the file"));
}

TEST_CASE("a named key file overrides the layout, and the layout's own key is reported") {
  const Root root;
  make_package(root);
  root.write("/etc/mongodb-mms/gen.key", std::string(24, 'k'));
  const auto found = find_installation(
      {.layout = Layout::package, .key_file = root.at("/srv/gen.key"), .owner = user, .root = root.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::package));
  CHECK(found->key_file == root.at("/srv/gen.key"));
  CHECK(found->other_candidates == std::vector<Path>{root.at("/etc/mongodb-mms/gen.key")});
}

TEST_CASE("a key file alone is a trial: it belongs to the named owner, to its owner, or to the caller") {
  const Root root;
  const auto fresh = find_installation({.key_file = root.at("/gen.key"), .root = root.path()});
  REQUIRE(fresh);
  CHECK((fresh->layout == Layout::plain));
  CHECK_FALSE(fresh->install_path);
  CHECK(fresh->service == platform::current_account());

  const auto named = find_installation({.key_file = root.at("/gen.key"), .owner = "games:adm"});
  REQUIRE(named);
  CHECK(named->service.owner() == "games:adm");

  root.write("/gen.key", std::string(24, 'k'));
  if (!platform::running_as_root()) {
    MESSAGE("left out without root: a key file of another owner");
    return;
  }
  REQUIRE(chown(root.at("/gen.key").c_str(), account().uid, account().gid) == 0);
  CHECK(find_installation({.key_file = root.at("/gen.key")})->service == account());
  REQUIRE(chown(root.at("/gen.key").c_str(), 54321, 54322) == 0);
  CHECK(find_installation({.key_file = root.at("/gen.key")})->service.owner() == "54321:54322");
}

TEST_CASE("a key file of the installation changes its path and not its kind") {
  const Root root;
  make_package(root);
  root.write("/opt/mongodb/mms/conf/conf-mms.properties", "mongo.encryptedCredentials=true\n");
  const auto found = find_installation(
      {.key_file = root.at("/srv/gen.key"), .owner = user, .key_file_is_installed = true, .root = root.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::package));
  CHECK(found->key_file == root.at("/srv/gen.key"));
  CHECK(found->service == account());
  CHECK(found->properties.encrypted_credentials);
}

TEST_CASE("a new key file of the package is never root's, and one of another account stays its own") {
  const Root root;
  make_package(root);
  const platform::InstallationRequest request{
      .key_file = root.at("/srv/gen.key"), .key_file_is_installed = true, .root = root.path()};
  const auto is_for_package = [&] {
    const auto found = find_installation(request);
    const auto package = find_account("mongodb-mms");
    return package ? found && found->service == *package
                   : !found && found.error().message.find("mongodb-mms") != std::string::npos;
  };
  CHECK(is_for_package());
  if (!platform::running_as_root()) {
    MESSAGE("left out without root: a key file of another owner");
    return;
  }
  root.write("/srv/gen.key", std::string(24, 'k'));
  CHECK(is_for_package());
  REQUIRE(chown(root.at("/srv/gen.key").c_str(), account().uid, account().gid) == 0);
  const auto found = find_installation(request);
  REQUIRE(found);
  CHECK((found->layout == Layout::package));
  CHECK(found->service == account());
}

TEST_CASE("a key file of an installation that is not there is a plain one") {
  if (find_account("mongodb-mms")) {
    MESSAGE("left out: Ops Manager's account is on this host");
    return;
  }
  const Root root;
  const auto found =
      find_installation({.key_file = root.at("/gen.key"), .key_file_is_installed = true, .root = root.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::plain));
  CHECK(found->service == platform::current_account());
}

TEST_CASE("a relative key file becomes absolute; a directory's name is no key file") {
  const Path here = boost::filesystem::current_path();
  CHECK(find_installation({.key_file = "gen.key"})->key_file == here / "gen.key");
  CHECK(find_installation({.key_file = "./a/./gen.key"})->key_file == here / "a/gen.key");
  CHECK(find_installation({.key_file = "../gen.key"})->key_file == here / "../gen.key");
  for (const char* path : {"", "/", "/etc/", ".", "/etc/.."}) {
    CAPTURE(path);
    const auto found = find_installation({.key_file = path});
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a layout that lacks the path it needs is a mistake of usage") {
  CHECK(find_installation({.layout = Layout::tar}).error().kind == ErrorKind::usage);
  CHECK(find_installation({.layout = Layout::plain}).error().kind == ErrorKind::usage);
}

TEST_CASE("credentials that are bound to a key are seen in the installation") {
  const Root root;
  make_package(root);
  CHECK_FALSE(find_installation({.owner = user, .root = root.path()})->properties.encrypted_credentials);
  root.write("/opt/mongodb/mms/conf/conf-mms.properties", "mongo.encryptedCredentials=true\n");
  CHECK(find_installation({.owner = user, .root = root.path()})->properties.encrypted_credentials);
}

TEST_CASE("before Ops Manager is installed, its package's place is expected and no tar's") {
  const Root root;
  platform::InstallationRequest request{
      .layout = {}, .install_path = {}, .key_file = {}, .owner = {}, .root = root.path()};
  CHECK(find_installation(request).error().kind == ErrorKind::not_installed);
  const auto expected = platform::expected_installation(request);
  REQUIRE(expected);
  CHECK(expected->layout == Layout::package);
  CHECK(expected->key_file == root.at("/etc/mongodb-mms/gen.key"));
  request.layout = Layout::tar;
  CHECK(!platform::expected_installation(request));
  request.layout.reset();
  request.install_path = "/srv/mms";
  CHECK(!platform::expected_installation(request));
}

}  // namespace
