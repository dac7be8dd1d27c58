// SPDX-License-Identifier: ISC
#include "platform/ops_manager/agent_configuration.h"

#include <fstream>
#include <string>

#include <boost/filesystem/operations.hpp>
#include <doctest/doctest.h>

#include "tests/support/temporary_directory.h"

using platform::base_url_in;

TEST_CASE("the agent's URL is read, and nothing beside it") {
  CHECK(base_url_in("mmsGroupId=6\nmmsBaseUrl=https://om.example.com\nmmsApiKey=marker\n") == "https://om.example.com");
  CHECK(base_url_in("  mmsBaseUrl \t= http://om:8080 \r\n") == "http://om:8080");
  CHECK(base_url_in("mmsBaseUrl=http://a\nmmsBaseUrl=http://b") == "http://b");
  CHECK_FALSE(base_url_in(""));
  CHECK_FALSE(base_url_in("mmsBaseUrl=\n#mmsBaseUrl=http://a\nmmsBaseUrlOld=http://a\nxmmsBaseUrl=http://a\n"));
}

TEST_CASE("an agent's URL that could hold a secret is not shown") {
  CHECK_FALSE(base_url_in("mmsBaseUrl=http://om:marker@om1:8080\n"));
  CHECK_FALSE(base_url_in("mmsBaseUrl=http://b\xc3\xbc\n"));
  CHECK_FALSE(base_url_in(std::string("mmsBaseUrl=http://b\0x\n", 22)));
  CHECK_FALSE(base_url_in("mmsBaseUrl=http://" + std::string(2000, 'b')));
}

TEST_CASE("a host without an agent has an empty URL, and a file that is too long is refused") {
  const tests::TemporaryDirectory root;
  const auto file = platform::agent_configuration_file(root.path());
  CHECK(platform::read_base_url(file).value() == "");
  boost::filesystem::create_directories(file.parent_path());
  std::ofstream(file.string()) << "mmsBaseUrl=http://om\n";
  CHECK(platform::read_base_url(file).value() == "http://om");
  std::ofstream(file.string()) << std::string(300 << 10, '#');
  REQUIRE_FALSE(platform::read_base_url(file));
}
