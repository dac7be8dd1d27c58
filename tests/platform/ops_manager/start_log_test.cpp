// SPDX-License-Identifier: ISC
#include "platform/ops_manager/start_log.h"

#include <fstream>
#include <string>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

using platform::LogTrouble;
using platform::scan_start_log;
using platform::StartTroubles;

namespace {

const std::string good = "Starting pre-flight checks\nSuccessfully finished pre-flight checks\n\n";
const std::string generated = "Generating new Ops Manager private key...\n";
const std::string mismatch =
    "The gen.key file at /etc/mongodb-mms/gen.key does not match the gen.key already used for this Ops Manager "
    "installation.\n";
const std::string refused = "Pre-flight checks failed. Service can not start.\nPreflight check failed.\n";

}  // namespace

TEST_CASE("a log without trouble has none") {
  CHECK(scan_start_log("") == StartTroubles());
  CHECK(scan_start_log(good + good) == StartTroubles());
  CHECK(scan_start_log("pre-flight checks are next; generating reports\n") == StartTroubles());
}

TEST_CASE("trouble after the last good start is told from trouble before it") {
  const auto after = scan_start_log(good + generated + mismatch + refused);
  CHECK(after == StartTroubles{LogTrouble::after, LogTrouble::after, LogTrouble::after});
  const auto over = scan_start_log(generated + mismatch + refused + good);
  CHECK(over == StartTroubles{LogTrouble::over, LogTrouble::over, LogTrouble::over});
  CHECK(scan_start_log(refused + good + refused).refused == LogTrouble::after);
  CHECK(scan_start_log(generated + good + refused).second_key == LogTrouble::over);
}

TEST_CASE("each wording of a refusal is one, in any case of letters") {
  CHECK(scan_start_log("Backup Daemon preflight check failed.").refused == LogTrouble::after);
  CHECK(scan_start_log("PREFLIGHT CHECK FAILED").refused == LogTrouble::after);
  CHECK(scan_start_log("x Pre-Flight Checks Failed y").refused == LogTrouble::after);
}

TEST_CASE("words that are split over two lines, NUL bytes and one endless line are just text") {
  CHECK(scan_start_log("Preflight check\nfailed.") == StartTroubles());
  CHECK(scan_start_log(std::string("\0\0Preflight check failed.\0", 26)).refused == LogTrouble::after);
  CHECK(scan_start_log(std::string(1 << 20, 'x') + refused).refused == LogTrouble::after);
  CHECK(scan_start_log(std::string(1 << 20, '\n')) == StartTroubles());
  CHECK(scan_start_log("Preflight check failed.\r\nSuccessfully finished pre-flight checks\r\n").refused ==
        LogTrouble::over);
}

namespace {

struct Logs {
  tests::TemporaryDirectory directory;
  platform::Installation installation;

  Logs() {
    installation.layout = platform::Layout::tar;
    installation.install_path = directory.path();
    boost::filesystem::create_directory(directory.path() / "logs");
  }
  void write(const char* name, const std::string& text) {
    std::ofstream(path(name).string(), std::ios::binary) << text;
  }
  [[nodiscard]] platform::Path path(const char* name) const { return directory.path() / "logs" / name; }
};

}  // namespace

TEST_CASE("the logs of web server and daemon are read from the installation") {
  Logs logs;
  CHECK_FALSE(platform::read_start_logs(logs.installation)->web);
  logs.write("mms0-startup.log", good);
  logs.write("daemon-startup.log", refused);
  const auto read = platform::read_start_logs(logs.installation);
  REQUIRE(read);
  CHECK(read->web == StartTroubles());
  CHECK(read->daemon->refused == LogTrouble::after);
}

TEST_CASE("only the end of a long log is read") {
  Logs logs;
  logs.write("mms0-startup.log", refused + std::string(2 << 20, 'x'));
  CHECK(platform::read_start_logs(logs.installation)->web == StartTroubles());
  logs.write("mms0-startup.log", std::string(2 << 20, 'x') + "\n" + refused);
  CHECK(platform::read_start_logs(logs.installation)->web->refused == LogTrouble::after);
}

TEST_CASE("a link in place of a log is not followed") {
  Logs logs;
  logs.write("elsewhere", refused);
  boost::system::error_code error;
  boost::filesystem::create_symlink(logs.path("elsewhere"), logs.path("mms0-startup.log"), error);
  if (error) return;  // an ordinary user of Windows may not make links
  const auto read = platform::read_start_logs(logs.installation);
  REQUIRE_FALSE(read);
  CHECK(read.error().kind == platform::ErrorKind::unsafe_file);
}
