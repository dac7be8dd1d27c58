// SPDX-License-Identifier: ISC
// Finding the installation, in file systems of the test's own, and what the service manager tells.
#include "platform/ops_manager/installation.h"

#include <fstream>

#include <doctest/doctest.h>

#include "platform/files/mounts.h"
#include "platform/host/host_facts.h"
#include "platform/services/windows/services.h"
#include "tests/support/temporary_directory.h"

namespace {

using platform::ErrorKind;
using platform::find_installation;
using platform::Layout;
using platform::Path;

class Drive {
 public:
  [[nodiscard]] const Path& path() const { return directory_.path(); }
  [[nodiscard]] Path at(const char* path) const { return Path(directory_.path() / path).make_preferred(); }
  void write(const char* path, const char* text) const {
    boost::filesystem::create_directories(at(path).parent_path());
    std::ofstream(at(path).wstring().c_str(), std::ios::binary) << text;
  }
  void make_directory(const char* path) const { boost::filesystem::create_directories(at(path)); }

 private:
  tests::TemporaryDirectory directory_;
};

TEST_CASE("an installation is found in the vendor's own place, with its key and SYSTEM as its reader") {
  const Drive drive;
  drive.write("MMSData/Server/Config/conf-mms.properties", "mongo.encryptedCredentials=true\r\n");
  const auto found = find_installation({.root = drive.path()});
  REQUIRE(found);
  CHECK((found->layout == Layout::windows));
  CHECK(found->install_path.value() == drive.at("MMSData"));
  CHECK(found->key_file == drive.at("MMSData/Secrets/gen.key"));
  CHECK(found->service.uid == 0);
  CHECK(found->properties.encrypted_credentials);
  CHECK(found->other_candidates.empty());
}

TEST_CASE("the newer place is found too, and a second key is reported") {
  const Drive drive;
  drive.make_directory("ProgramData/MMSData/Secrets");
  CHECK(find_installation({.root = drive.path()})->key_file == drive.at("ProgramData/MMSData/Secrets/gen.key"));
  drive.write("MMSData/Secrets/gen.key", "k");
  drive.write("ProgramData/MMSData/Secrets/gen.key", "k");
  const auto both = find_installation({.root = drive.path()});
  REQUIRE(both);
  CHECK(both->key_file == drive.at("MMSData/Secrets/gen.key"));
  CHECK(both->other_candidates == std::vector<Path>{drive.at("ProgramData/MMSData/Secrets/gen.key")});
}

TEST_CASE("an installation that is named is that of its directory, or of its MMSData") {
  const Drive drive;
  drive.make_directory("Ops Manager/MMSData/Server/Config");
  for (const char* named : {"Ops Manager", "Ops Manager/MMSData"}) {
    const auto found = find_installation({.install_path = drive.at(named), .root = drive.path()});
    REQUIRE(found);
    CHECK(found->key_file == drive.at("Ops Manager/MMSData/Secrets/gen.key"));
  }
  drive.make_directory("D/Server/Config");
  CHECK(find_installation({.install_path = drive.at("D"), .root = drive.path()})->key_file ==
        drive.at("D/Secrets/gen.key"));
}

TEST_CASE("what is not there, or cannot be on Windows, says so") {
  const Drive drive;
  CHECK((find_installation({.root = drive.path()}).error().kind == ErrorKind::not_installed));
  CHECK((find_installation({.install_path = drive.at("none"), .root = drive.path()}).error().kind ==
         ErrorKind::not_installed));
  CHECK((find_installation({.layout = Layout::package, .root = drive.path()}).error().kind == ErrorKind::usage));
  CHECK(
      (find_installation({.install_path = Path("C:none"), .root = drive.path()}).error().kind == ErrorKind::bad_path));
  CHECK(platform::expected_installation({.root = drive.path()})->key_file == drive.at("MMSData/Secrets/gen.key"));
}

TEST_CASE("a service's program is read from its command line as the service manager does") {
  using platform::windows::program_in;
  CHECK(program_in(R"("C:\Program Files\MMS\mms.exe" -run)") == R"(C:\Program Files\MMS\mms.exe)");
  CHECK(program_in(R"(C:\Program Files\MMS\mms.EXE //RS//x)") == R"(C:\Program Files\MMS\mms.EXE)");
  CHECK(program_in(R"(C:\a.exe.d\mms.exe x)") == R"(C:\a.exe.d\mms.exe)");
  CHECK(program_in(R"(C:\mms\run x)") == R"(C:\mms\run)");
  CHECK(program_in("").empty());
}

TEST_CASE("a service is found by its name with its program and account, and a stranger is not") {
  const auto found = platform::windows::find_service("PlugPlay");
  REQUIRE(found);
  CHECK(found->program.filename().string().find(".exe") != std::string::npos);
  CHECK_FALSE(platform::windows::find_service("no such service"));
}

TEST_CASE("a local path is on no share, and a share is one") {
  const Drive drive;
  CHECK_FALSE(platform::network_mount_of(drive.at("x")).value());
  CHECK((platform::network_mount_of("\\\\server\\share\\MMSData\\gen.key").value() ==
         std::optional<std::string>("\\\\server\\share\\")));
  CHECK_FALSE(platform::absent_network_mount_of(drive.at("x")).value());
  CHECK((platform::absent_network_mount_of("\\\\no-such-server.invalid\\share\\gen.key").value() ==
         std::optional<std::string>("\\\\no-such-server.invalid\\share\\")));
}

TEST_CASE("the host says who it is, and an instance is one boot of one directory") {
  CHECK_FALSE(platform::host_name().empty());
  CHECK_FALSE(platform::machine_id().empty());
  const Drive drive;
  const auto instance = platform::instance_id(drive.path());
  REQUIRE(instance);
  CHECK(instance->size() == 64);
  CHECK(platform::instance_id(drive.path()).value() == *instance);
  drive.make_directory("other");
  CHECK(platform::instance_id(drive.at("other")).value() != *instance);
}

}  // namespace
