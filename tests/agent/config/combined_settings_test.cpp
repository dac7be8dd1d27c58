// SPDX-License-Identifier: ISC
// Rules about several settings: a broken one is named with its line, and what has no effect is known.
#include "agent/config/combined_settings.h"

#include <doctest/doctest.h>

#include "agent/config/config_file.h"
#include "tests/support/this_system.h"

using agent::parse_config;
using agent::read_settings;

namespace {

std::string refusal_of(const std::string& text) {
  const auto config = parse_config(text, "agent.toml");
  REQUIRE_FALSE(config);
  return config.error().message;
}

std::size_t listened_at(const std::string& listen) {
  const auto config = parse_config("[serve]\nlisten = [" + listen + "]", "agent.toml");
  return config ? config->listen.size() : 0;
}

TEST_CASE("a port is bound on all addresses or on some, and not on both") {
  for (const char* listen :
       {R"("0.0.0.0:1", "127.0.0.1:1")", R"("127.0.0.1:1", "0.0.0.0:1")", R"("[::]:1", "[::1]:1")"}) {
    CAPTURE(listen);
    CHECK(refusal_of("[serve]\nlisten = [" + std::string(listen) + "]").starts_with("agent.toml:2: \"serve.listen\""));
  }
  for (const char* listen :
       {R"("0.0.0.0:1", "[::]:1")", R"("0.0.0.0:1", "127.0.0.1:2")", R"("0.0.0.0:1", "[::1]:1")"}) {
    CAPTURE(listen);
    CHECK(listened_at(listen) == 2);
  }
}

TEST_CASE("a broken rule is named with the line of a setting that it is about") {
  CHECK(refusal_of("[tls]\nca = \"" + tests::absolute("/ca") + "\"\n").starts_with("agent.toml:2: [tls] needs"));
  CHECK(refusal_of("[join]\nwithout_ticket = true\n").starts_with("agent.toml:2: [join] without_ticket needs"));
}

TEST_CASE("settings that do nothing without another one are known, and refuse no command") {
  const auto found = [](const std::string& text) {
    const auto settings = read_settings(text, "agent.toml");
    CHECK(settings.mistakes.empty());
    return agent::ineffective_settings(settings, "agent.toml");
  };
  const std::string destinations = "destinations = [\"" + tests::file_url("/copies") + "\"]\n";
  const std::string certificates = "certificates = [\"" + tests::absolute("/backup.pem") + "\"]\n";
  CHECK(found("").empty());
  CHECK(found("[backup]\n" + destinations + certificates).empty());
  REQUIRE(found("[backup]\n" + destinations).size() == 1);
  CHECK(found("[backup]\n" + destinations).front().starts_with("agent.toml:2: \"backup.destinations\" needs"));
  REQUIRE(found("[backup]\nkeep = 2\n" + certificates).size() == 1);
  CHECK(
      found("[backup]\nkeep = 2\n" + certificates).front().starts_with("agent.toml:3: \"backup.certificates\" needs"));
  CHECK(found("[tls]\nallow = [\"om1\", \"*.example.com\"]\n").empty());
  for (const char* name : {"*", "*.", "om*.example.com", "a b"}) {
    CAPTURE(name);
    CHECK(found("[tls]\nallow = [\"om1\", \"" + std::string(name) + "\"]\n").front() ==
          "agent.toml:2: \"tls.allow\" entry 2 matches no name; write a host name, or *. and a domain");
  }
}

}  // namespace
