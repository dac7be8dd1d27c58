// SPDX-License-Identifier: ISC
// The configuration of a new host is the example, with what was asked for.
#include "agent/config/new_configuration.h"

#include <doctest/doctest.h>

#include "agent/config/config_file.h"
#include "agent/config/example_configuration.h"

using agent::Address;
using agent::NewConfiguration;
using agent::text_of;

TEST_CASE("what is asked for is what the file says, and the rest of the example stays") {
  const NewConfiguration wanted{
      .name = "om1", .address = Address{"om1.example.com", 27424}, .peers = {{"om1", 27424}, {"2001:db8::1", 1}}};
  const std::string text = text_of(wanted);
  const auto config = agent::parse_config(text, "new.toml");
  REQUIRE(config);
  CHECK(config->name == "om1");
  CHECK(config->address == Address{"om1.example.com", 27424});
  CHECK(config->peers == wanted.peers);
  CHECK(text.find("\npeers = [\"om1\", \"[2001:db8::1]:1\"]\n") != std::string::npos);
  CHECK(text.find("\n#[gate]\n") != std::string::npos);
}

TEST_CASE("without anything asked for it is the example itself, which sets nothing") {
  CHECK(text_of({.name = {}, .address = {}, .peers = {}}) == agent::example_configuration());
  CHECK(agent::read_settings(agent::example_configuration(), "new.toml").lines.empty());
}
