// SPDX-License-Identifier: ISC
#include "platform/ops_manager/running_service.h"

#include <string>

#include <doctest/doctest.h>

using platform::part_in;
using platform::ServicePart;

namespace {

std::string command_line(std::initializer_list<const char*> words) {
  std::string line;
  for (const char* word : words) line.append(word).push_back('\0');
  return line;
}

}  // namespace

TEST_CASE("a part of Ops Manager is known by its main class") {
  CHECK(part_in(command_line({"java", "-Dmms.keyfile=/gen.key", "com.xgen.svc.core.ServerMain"})) == ServicePart::web);
  CHECK(part_in(command_line({"java", "com.xgen.svc.brs.grid.Daemon", "x"})) == ServicePart::daemon);
  CHECK(part_in("java\0Daemon") == ServicePart::other);  // the literal ends at its zero byte
  CHECK(part_in(std::string("java\0Daemon", 11)) == ServicePart::daemon);
}

TEST_CASE("checks, migrations and options that only mention a class are no part") {
  CHECK(part_in(command_line({"java", "com.xgen.svc.brs.grid.BackupDaemonPreFlightCheck"})) == ServicePart::other);
  CHECK(part_in(command_line({"java", "com.xgen.svc.mms.migration.MigrationRunner"})) == ServicePart::other);
  CHECK(part_in(command_line({"java", "-Dmain=ServerMain", "/opt/x/ServerMain", "a ServerMain"})) ==
        ServicePart::other);
  CHECK(part_in("") == ServicePart::other);
}
