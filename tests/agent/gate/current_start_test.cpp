// SPDX-License-Identifier: ISC
// Which start of Ops Manager this process belongs to: systemd's number for it, or the start script above it.
#include "agent/gate/current_start.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "agent/gate/notes.h"
#include "tests/support/environment.h"
#include "tests/support/this_system.h"

TEST_CASE("only what systemd writes as the number of a start is taken from the environment") {
  const std::string good = "0123456789abcdef0123456789abcdef";
  tests::set_variable("INVOCATION_ID", good.c_str());
  CHECK(agent::current_invocation() == good);
  for (const char* text : {"", "0123", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdef0",
                           "../../../../../../../../etc/passw"}) {
    CAPTURE(text);
    tests::set_variable("INVOCATION_ID", text);
    CHECK(agent::current_invocation().empty());
  }
  tests::unset_variable("INVOCATION_ID");
  CHECK(agent::current_invocation().empty());
}

TEST_CASE("a start is known by systemd's number and by the script that asks") {
  const std::string unit = "0123456789abcdef0123456789abcdef";
  const auto knows = [](const std::string& start) {
    const auto starts = agent::starts_of_this_process();
    return std::ranges::find(starts, start) != starts.end();
  };
  CHECK(agent::this_start(agent::Asked::by_unit).empty());
  CHECK_FALSE(knows(unit));
  tests::set_variable("INVOCATION_ID", unit.c_str());
  CHECK(agent::this_start(agent::Asked::by_unit) == unit);
  CHECK(knows(unit));
  tests::unset_variable("INVOCATION_ID");
  const std::string script = agent::this_start(agent::Asked::by_script);
  CHECK(knows(script));
  const agent::GateNote note{.start = script, .key_file = tests::absolute("/etc/gen.key")};
  CHECK(agent::decode_gate_note(encode(note)) == note);
}
