// SPDX-License-Identifier: ISC
#include "agent/doctor/own_access_log.h"

#include <ctime>

#include <boost/filesystem/fstream.hpp>
#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

namespace agent {

namespace {

const std::string one(32, 'a');
const std::string two(32, 'b');

std::string line(const std::string& nonce) { return "10.0.0.1 GET /?genkey-agent=" + nonce + " HTTP/1.1\n"; }

class Logs {
 public:
  Logs() {
    boost::filesystem::create_directories(logs() / "http_access");
    installation.install_path = directory_.path();
  }
  [[nodiscard]] platform::Path logs() const { return directory_.path() / "logs"; }
  [[nodiscard]] platform::Path own() const { return logs() / "mms0-access.log"; }
  static void write(const platform::Path& file, const std::string& text) { boost::filesystem::ofstream(file) << text; }

  platform::Installation installation;

 private:
  tests::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("own access log: the end of the log and what was just put aside are read") {
  const Logs logs;
  CHECK_FALSE(own_probes(logs.installation));
  CHECK(probe_facts(logs.installation).empty());
  Logs::write(logs.own(), line(one));
  Logs::write(logs.logs() / "http_access" / "mms0-access.2026-11-29.log", line(one) + line(two));
  const auto probes = own_probes(logs.installation);
  REQUIRE(probes);
  CHECK(probes->at(one).lines == 2);
  CHECK(probes->at(two).lines == 1);
  CHECK(probe_facts(logs.installation).at("probe." + one) == "2 10.0.0.1");
}

TEST_CASE("own access log: a log that was put aside long ago, or that nobody writes, is not searched") {
  const Logs logs;
  const auto old = logs.logs() / "http_access" / "mms0-access.log.1";
  Logs::write(logs.own(), line(one));
  Logs::write(old, line(two));
  boost::filesystem::last_write_time(old, std::time(nullptr) - 120);
  CHECK_FALSE(own_probes(logs.installation)->contains(two));
  boost::filesystem::last_write_time(logs.own(), std::time(nullptr) - 3600);
  CHECK(own_probes(logs.installation)->empty());
}

TEST_CASE("own access log: a link is not followed") {
  const Logs logs;
  const auto other = logs.logs() / "other";
  Logs::write(other, line(one));
  boost::filesystem::create_symlink(other, logs.own());
  CHECK_FALSE(own_probes(logs.installation));
}

TEST_CASE("own access log: a pattern without query and agent explains why nothing is found") {
  CHECK(explain_pattern("<encoder><pattern>common</pattern></encoder>").empty());
  CHECK(explain_pattern("<pattern>%h %l \"%r\" %s</pattern>").empty());
  CHECK(explain_pattern("no configuration").empty());
  CHECK_FALSE(explain_pattern("<pattern>%h %requestURI %s</pattern>").empty());
}

}  // namespace agent
